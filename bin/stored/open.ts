import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Table } from "../../src/store/dynamo/table";

/** What names the table of a deployment, in each command that reads it. */
export const TABLE_OPTIONS = {
  table: { type: "string" },
  endpoint: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

export const TABLE_HELP = `  --table <name>    the stack's output Table; \`npm start\` prints the local one
  --endpoint <url>  of a DynamoDB elsewhere: \`npm start\` prints that of this machine
  --help

Region and credentials are those of the AWS SDK.`;

/** A mistake of the person who calls a command. */
export class UsageError extends Error {}

/** @throws UsageError if no table is named */
export function openTable(
  command: string,
  {
    table,
    endpoint,
  }: { readonly table?: string | undefined; readonly endpoint?: string | undefined },
): Table {
  if (!table) {
    const missing = "expected --table with the stack's output Table, got none";
    throw new UsageError(`Cannot ${command}: ${missing}`);
  }
  // The local stack takes any signature that is one.
  const client = new DynamoDBClient({ ...(endpoint && { endpoint }) });
  const marshallOptions = { removeUndefinedValues: true };
  return new Table(DynamoDBDocumentClient.from(client, { marshallOptions }), table);
}

/** Runs a command: usage and its error for a mistake of the caller. */
export function run(help: string, main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const isUsage =
      error instanceof UsageError ||
      String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
    const message = error instanceof Error ? error.message : String(error);
    console.error(isUsage ? `${message}\n\n${help}` : message);
    process.exitCode = isUsage ? 2 : 1;
  });
}

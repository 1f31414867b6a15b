import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Table } from "../../src/store/dynamo/table";
import { UsageError } from "../usage";
import { SdkDynamo } from "./sdk-dynamo";

/** What names the table of a deployment, in each command that reads it. */
export const TABLE_OPTIONS = {
  table: { type: "string" },
  endpoint: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

export const TABLE_HELP = `  --table <name>    the stack's output Table; the local stack prints the local one
  --endpoint <url>  of a DynamoDB elsewhere: the local stack prints that of this machine
  --help

Region and credentials are those of the AWS SDK.`;

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
  return new Table(new SdkDynamo(DynamoDBDocumentClient.from(client, { marshallOptions })), table);
}

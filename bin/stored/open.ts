import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Table } from "../../src/store/dynamo/table";
import { chooseAccount } from "../aws/account";
import { deployedStack, outputOf } from "../aws/outputs";
import { readConfig } from "../command/config";
import { isCommand, UsageError } from "../usage";
import { SdkDynamo } from "./sdk-dynamo";

interface Choice {
  readonly table?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly "stack-name"?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/** What names a deployment, in each command that reads its table. */
export interface Opened {
  readonly table: Table;
  /** The outputs of the stack; none where the table was given. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * The table of a deployment: given, or the output of the stack.
 *
 * @throws UsageError if no table is named
 */
export async function openTable(doing: string, values: Choice): Promise<Opened> {
  if (values.table !== undefined && values.table !== "") {
    chooseAccount(values, isCommand() ? readConfig(doing) : {});
    return { table: tableOf(values.table, values.endpoint), outputs: {} };
  }
  // A clone's stack is not called by its package.
  if (!isCommand() && values["stack-name"] === undefined) {
    const missing = "expected --table with the stack's output Table, or --stack-name, got none";
    throw new UsageError(`Cannot ${doing}: ${missing}`);
  }
  const { stack } = await deployedStack(doing, values);
  const name = outputOf(doing, stack, "Table");
  return { table: tableOf(name, values.endpoint), outputs: stack.outputs };
}

function tableOf(name: string, endpoint: string | undefined): Table {
  // The local stack takes any signature that is one.
  const client = new DynamoDBClient({ ...(endpoint && { endpoint }) });
  const marshallOptions = { removeUndefinedValues: true };
  return new Table(new SdkDynamo(DynamoDBDocumentClient.from(client, { marshallOptions })), name);
}

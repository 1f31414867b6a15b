import type { Table } from "../../src/store/dynamo/table";
import { chooseAccount } from "../aws/account";
import { deployedStack, outputOf } from "../aws/outputs";
import { readConfig } from "../command/config";
import { isCommand, UsageError } from "../usage";
import { sdkTable } from "./sdk-dynamo";

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
  const { endpoint } = values;
  const at = endpoint ? { endpoint } : {};
  if (values.table !== undefined && values.table !== "") {
    chooseAccount(values, isCommand() ? readConfig(doing) : {});
    return { table: sdkTable(values.table, at), outputs: {} };
  }
  // A clone's stack is not called by its package.
  if (!isCommand() && values["stack-name"] === undefined) {
    const missing = "expected --table with the stack's output Table, or --stack-name, got none";
    throw new UsageError(`Cannot ${doing}: ${missing}`);
  }
  const { stack } = await deployedStack(doing, values);
  const name = outputOf(doing, stack, "Table");
  return { table: sdkTable(name, at), outputs: stack.outputs };
}

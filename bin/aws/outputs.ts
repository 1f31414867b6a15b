import { readConfig } from "../command/config";
import { UsageError } from "../usage";
import { type Account, asking, reachAccount } from "./account";
import { requireStack, type Stack, stackNameOf } from "./stack";

interface Choice {
  readonly "stack-name"?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/** The deployed stack that a command names, and the account that it is in. */
export async function deployedStack(
  doing: string,
  values: Choice,
): Promise<{ readonly account: Account; readonly stack: Stack }> {
  const config = readConfig(doing);
  const account = await reachAccount(doing, values, config);
  const name = stackNameOf(values["stack-name"], config);
  const stack = await asking(doing, () => requireStack(doing, account.calls, name));
  return { account, stack };
}

/** @throws Error if the stack has none of that name */
export function outputOf(doing: string, { name, outputs }: Stack, output: string): string {
  const value = outputs[output];
  if (value !== undefined) return value;
  throw new UsageError(`Cannot ${doing}: expected the output ${output} of ${name}, got none`);
}

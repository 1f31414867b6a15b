import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Statistics } from "../local";

/** Statistics of the local stack that `bench/stack.ts` runs in a process of its own. */
export async function ask(stack: ChildProcess): Promise<Statistics> {
  stack.send("statistics");
  const [statistics] = (await once(stack, "message")) as [Statistics];
  return statistics;
}

/** How often its lane function was invoked. */
export function invocationsOf({ functions }: Statistics): number {
  const lanes = Object.entries(functions).filter(([name]) => /FunctionsLane/.test(name));
  return lanes.reduce((sum, [, { invocations }]) => sum + invocations, 0);
}

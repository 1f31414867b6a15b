import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Bundles } from "./bundle";

/** Says what a person should know of an application, in one line each: what the bundler has seen. */
export function noteApplication(
  scope: Construct,
  { entry, fastTimers = false }: { readonly entry: string; readonly fastTimers?: boolean },
  { notes, packs }: Pick<Bundles, "notes" | "packs">,
  isApplication = false,
): void {
  const locks = isApplication ? noteLocks(entry) : [];
  if (scope.node.tryGetContext("lambda-rooms:local")) {
    // `npm start` prints no annotations, and reads the source itself.
    for (const line of packs) console.info(line);
    for (const note of [...notes, ...locks]) console.warn(note);
    return;
  }
  // Loaded here: the compiler takes a quarter of a second.
  const { describeOldCalls, findOldCalls } =
    require("../checks/old-calls") as typeof import("../checks/old-calls");
  for (const line of packs) Annotations.of(scope).addInfo(line);
  const { describeHttpMemory, findHttpMemory } =
    require("../checks/http-memory") as typeof import("../checks/http-memory");
  const { describeTimers } =
    require("../checks/fast-timers") as typeof import("../checks/fast-timers");
  const lines = [
    ...notes,
    ...locks,
    ...describeOldCalls(findOldCalls(entry)),
    ...describeHttpMemory(findHttpMemory(entry)),
    ...(isApplication ? describeTimers(entry, fastTimers) : []),
  ];
  for (const [index, line] of lines.entries())
    Annotations.of(scope).addWarningV2(`lambda-rooms:application-${index + 1}`, line);
}

/** With one lane, what else is in memory has one truth; what locks read has not. */
function noteLocks(entry: string): string[] {
  const { describeLockMemory, findLockMemory } =
    require("../checks/locks/memory") as typeof import("../checks/locks/memory");
  return describeLockMemory(findLockMemory(entry));
}

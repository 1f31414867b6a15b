import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Bundles } from "./bundle";

/** Says what a person should know of an application, in one line each: what the bundler has seen. */
export function noteApplication(
  scope: Construct,
  entry: string,
  {
    notes,
    packs,
    keepsMemory,
  }: Pick<Bundles, "notes" | "packs"> & { readonly keepsMemory: boolean },
): void {
  if (scope.node.tryGetContext("lambda-rooms:local")) {
    // `npm start` prints no annotations, and reads the source itself.
    for (const line of packs) console.info(line);
    for (const note of notes) console.warn(note);
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
    ...describeOldCalls(findOldCalls(entry)),
    ...describeHttpMemory(findHttpMemory(entry)),
    ...(keepsMemory ? describeTimers(entry) : []),
  ];
  for (const [index, line] of lines.entries())
    Annotations.of(scope).addWarningV2(`lambda-rooms:application-${index + 1}`, line);
}

import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";

/**
 * Says what a person should know of an application, in one line each.
 *
 * @param notes of its packages, which the bundler has seen
 */
export function noteApplication(scope: Construct, entry: string, notes: readonly string[]): void {
  if (scope.node.tryGetContext("lambda-rooms:local")) {
    // `npm start` prints no annotations, and reads the source itself.
    for (const note of notes) console.warn(note);
    return;
  }
  // Loaded here: the compiler takes a quarter of a second.
  const { describeOldCalls, findOldCalls } =
    require("../checks/old-calls") as typeof import("../checks/old-calls");
  const { describeHttpMemory, findHttpMemory } =
    require("../checks/http-memory") as typeof import("../checks/http-memory");
  const lines = [
    ...notes,
    ...describeOldCalls(findOldCalls(entry)),
    ...describeHttpMemory(findHttpMemory(entry)),
  ];
  for (const [index, line] of lines.entries())
    Annotations.of(scope).addWarningV2(`lambda-rooms:application-${index + 1}`, line);
}

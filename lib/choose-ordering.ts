import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Ordering, OrderingChoice } from "./ordering";

/** The ordering of an application: as it was asked for, or by its source, with a line that says why. */
export function chooseOrdering(
  scope: Construct,
  { entry, ordering: asked = "auto", fastTimers = false }: Choosing,
): Ordering {
  const ordering = asked === "auto" ? chooseBySource(scope, entry) : asked;
  if (!fastTimers || ordering === "application") return ordering;
  throw new Error(
    `Cannot run fast timers: expected \`ordering\` to be "application", whose lane keeps timers, got "${ordering}"${asked === "auto" ? " by the source, which has none" : ""}`,
  );
}

interface Choosing {
  readonly entry: string;
  readonly ordering?: OrderingChoice;
  readonly fastTimers?: boolean;
}

function chooseBySource(scope: Construct, entry: string): Ordering {
  // Loaded here: the compiler takes a quarter of a second.
  const checks = require("../checks/ordering") as typeof import("../checks/ordering");
  const chosen = checks.chooseOrdering(entry);
  const text = checks.describeOrdering(chosen);
  // `npm start` says it itself.
  if (text && !scope.node.tryGetContext("lambda-rooms:local")) Annotations.of(scope).addInfo(text);
  return chosen.ordering;
}

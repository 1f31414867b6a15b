import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Ordering, OrderingChoice } from "./ordering";

/** How an application is run. */
export interface ChosenOrdering {
  readonly ordering: Ordering;
  /** Whether what it holds outlives its containers: all of it with one lane, or what belongs to one connection each. */
  readonly keepsMemory: boolean;
}

/** The ordering of an application: as it was asked for, or by its source, with a line that says why. */
export function chooseOrdering(
  scope: Construct,
  { entry, ordering: asked = "auto", fastTimers = false }: Choosing,
): ChosenOrdering {
  const chosen = choose(scope, entry, asked);
  if (!fastTimers || chosen.ordering === "application") return chosen;
  throw new Error(
    `Cannot run fast timers: expected \`ordering\` to be "application", whose lane keeps timers, got "${chosen.ordering}"${asked === "auto" ? " by the source, which has none" : ""}`,
  );
}

interface Choosing {
  readonly entry: string;
  readonly ordering?: OrderingChoice;
  readonly fastTimers?: boolean;
}

function choose(scope: Construct, entry: string, asked: OrderingChoice): ChosenOrdering {
  if (asked === "application" || asked === "none")
    return { ordering: asked, keepsMemory: asked === "application" };
  // Loaded here: the compiler takes a quarter of a second.
  const checks = require("../checks/ordering") as typeof import("../checks/ordering");
  const chosen = checks.chooseOrdering(entry);
  const text = asked === "auto" ? checks.describeOrdering(chosen) : checks.describeDoubts(chosen);
  // `npm start` says it itself.
  if (text && !scope.node.tryGetContext("lambda-rooms:local")) Annotations.of(scope).addInfo(text);
  const ordering = asked === "auto" ? chosen.ordering : asked;
  return { ordering, keepsMemory: ordering === "application" || chosen.isOfConnections };
}

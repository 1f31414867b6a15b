import { show } from "../json";
import type { ReadContext, ResolvedResource } from "./context";
import type { AsynchronousModel } from "./model";
import { functionNameOf } from "./names";
import type { Properties } from "./properties";

/** Bounds that Lambda sets. https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
const ATTEMPTS = { name: "MaximumRetryAttempts", least: 0, most: 2 };
const AGE_SECONDS = { name: "MaximumEventAgeInSeconds", least: 60, most: 21_600 };

/**
 * Reads how Lambda retries events that a function is given without a caller that waits: its
 * `AWS::Lambda::EventInvokeConfig`, if the template has one, and its own `DeadLetterConfig`.
 */
export function readAsynchronous(
  resource: ResolvedResource,
  configs: readonly ResolvedResource[],
  { warn }: Pick<ReadContext, "warn">,
): AsynchronousModel {
  const config = configs.find(
    (each) =>
      functionNameOf(each.text("FunctionName")) === resource.ref &&
      each.text("Qualifier") === "$LATEST",
  );
  const destinations = config?.object("DestinationConfig");
  const queueOf = (target: Properties | undefined, name: string) => {
    const arn = target?.optionalText(name);
    if (arn === undefined || arn.includes(":sqs:")) return arn;
    warn(`${resource.logicalId} sends no events to ${arn} locally: it is not a queue`);
    return undefined;
  };
  return {
    maximumRetries: within(config, ATTEMPTS),
    maximumAgeMs: within(config, AGE_SECONDS) * 1000,
    onFailure: queueOf(destinations?.object("OnFailure"), "Destination"),
    onSuccess: queueOf(destinations?.object("OnSuccess"), "Destination"),
    deadLetters: queueOf(resource.object("DeadLetterConfig"), "TargetArn"),
  };
}

function within(
  config: ResolvedResource | undefined,
  { name, least, most }: typeof ATTEMPTS,
): number {
  const value = config?.number(name, most) ?? most;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(
    `Cannot read ${config?.logicalId}: expected ${name} to be from ${least} to ${most}, got ${show(value)}`,
  );
}

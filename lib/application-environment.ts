import { Annotations, Token } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { refusalOf } from "../src/settings/reserved-names";

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 4096;
/** What an ARN, a URL or a name takes that only the deployment knows. */
const TOKEN_BYTES = 130;
const WAY_OUT =
  'the property `environment` of Rooms, --context environment=\'{"NAME":"value"}\' or --context envFile=<file>';

/**
 * Checks the variables that an application gets, and warns of those that it reads and nothing sets.
 *
 * @throws TypeError for a variable that it cannot set
 */
export function checkApplicationEnvironment(
  scope: Construct,
  entry: string,
  environment: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(environment)) {
    const refusal = refusalOf(name);
    if (refusal) throw new TypeError(`Cannot set the variable ${name}: ${refusal}`);
    if (typeof value === "string") continue;
    throw new TypeError(`Cannot set the variable ${name}: expected text, got ${typeof value}`);
  }
  // `npm start` says where variables come from there.
  if (scope.node.tryGetContext("lambda-rooms:local")) return;
  // Loaded here: the compiler takes a quarter of a second.
  const { describeUnset, findEnvironmentReads } =
    require("../checks/environment") as typeof import("../checks/environment");
  const isSet = (name: string) => Object.hasOwn(environment, name);
  for (const [index, line] of describeUnset(findEnvironmentReads(entry), isSet, WAY_OUT).entries())
    Annotations.of(scope).addWarningV2(`lambda-rooms:environment-${index + 1}`, line);
}

/** @throws RangeError if a function's variables are more than Lambda takes, naming the largest */
export function checkEnvironmentSize(environment: Readonly<Record<string, string>>): void {
  const sizes = Object.entries(environment).map(([name, value]) => {
    const bytes = Token.isUnresolved(value) ? TOKEN_BYTES : Buffer.byteLength(value);
    return { name, bytes: name.length + bytes };
  });
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (all <= MOST_BYTES) return;
  const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
  throw new RangeError(
    `Cannot set the environment: expected at most ${MOST_BYTES} bytes for all variables of a function, which is Lambda's limit, got about ${all}. The largest is ${largest?.name}: keep what is large in Parameter Store or Secrets Manager, or in a file beside the application`,
  );
}

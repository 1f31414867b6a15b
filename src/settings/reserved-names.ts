import { Resource } from "./resources";
import * as settings from "./settings";

const OURS = new Set<string>([
  ...Object.values(Resource),
  ...Object.values(settings).map(({ variable }) => variable),
]);

/**
 * Why an application cannot set a variable of the environment; `undefined` if it can.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function refusalOf(name: string): string | undefined {
  if (/^(AWS_|LAMBDA_|_)/.test(name)) return "Lambda and the AWS SDK set it";
  if (name === "NODE_OPTIONS") return "it changes how Lambda's runtime starts";
  if (OURS.has(name)) return "Lambda Rooms sets it";
  if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
    return "Lambda expects a letter and then letters, digits and underscores";
  }
  return undefined;
}

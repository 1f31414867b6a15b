import { patternOf } from "../wildcards";
import type { BehaviourModel, DistributionModel } from "./model";

/** The behaviour for a path: the first that matches. */
export function behaviourFor({ behaviours }: DistributionModel, path: string): BehaviourModel {
  const found = behaviours.find(({ pattern }) => matchesPattern(pattern, path));
  if (found) return found;
  throw new Error(`Cannot answer ${path}: expected a default behaviour, got none`);
}

/**
 * `*` stands for any characters, slashes too, `?` for one; case counts, and the slash at the beginning may be missing.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function matchesPattern(pattern: string, path: string): boolean {
  return patternOf(/^[/*]/.test(pattern) ? pattern : `/${pattern}`, "s").test(path);
}

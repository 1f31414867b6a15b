import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { show } from "../json";
import type { ReadContext, ResolvedResource } from "../template/context";
import type { BucketModel, ObjectModel } from "./model";
import { readStatements } from "./statements";

type OfType = (type: string) => readonly ResolvedResource[];

/** Reads buckets, their policies, and the files that CDK's `BucketDeployment` puts into them. */
export function readBuckets(
  resources: readonly ResolvedResource[],
  context: ReadContext,
): BucketModel[] {
  const ofType: OfType = (type) => resources.filter((resource) => resource.type === type);
  return ofType("AWS::S3::Bucket").map((bucket) => {
    const name = bucket.ref;
    const isOf = (resource: ResolvedResource, property: string) => resource.text(property) === name;
    const deployments = ofType("Custom::CDKBucketDeployment").filter((each) =>
      isOf(each, "DestinationBucketName"),
    );
    return {
      ...{ logicalId: bucket.logicalId, name, arn: bucket.arn },
      domains: [bucket.attributes.RegionalDomainName ?? "", bucket.attributes.DomainName ?? ""],
      statements: ofType("AWS::S3::BucketPolicy")
        .filter((policy) => isOf(policy, "Bucket"))
        .flatMap((policy) => readStatements(policy, context.warn)),
      objects: new Map(deployments.flatMap((each) => [...readObjects(each, context)])),
    };
  });
}

function readObjects(
  deployment: ResolvedResource,
  { assembly }: ReadContext,
): Map<string, ObjectModel> {
  const prefix = deployment.optionalText("DestinationBucketKeyPrefix") ?? "";
  const headers = deployment.texts("SystemMetadata");
  const objects = new Map<string, ObjectModel>();
  for (const key of deployment.list("SourceObjectKeys")) {
    const folder = assembly.assets.get(String(key));
    if (folder === undefined) {
      throw new Error(
        `Cannot read ${deployment.logicalId}: expected an asset ${show(key)}, got none`,
      );
    }
    for (const file of filesIn(folder)) {
      const name = path.relative(folder, file).split(path.sep).join("/");
      objects.set(path.posix.join(prefix, name), { file, headers });
    }
  }
  return objects;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const found = statSync(file, { throwIfNoEntry: false });
    // A link to what has been deleted.
    if (!found) return [];
    return found.isDirectory() ? filesIn(file) : [file];
  });
}

import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { isObject, type Json, show } from "../json";
import type { ReadContext, ResolvedResource } from "../template/context";
import { Properties } from "../template/properties";
import type { BucketModel, BucketStatement, ObjectModel } from "./model";

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
        .flatMap((policy) => readStatements(policy)),
      objects: new Map(deployments.flatMap((each) => [...readObjects(each, context)])),
    };
  });
}

function readStatements(policy: ResolvedResource): BucketStatement[] {
  const { values } = policy.object("PolicyDocument");
  return asList(values.Statement).map((given) => {
    const statement = new Properties(policy.logicalId, isObject(given) ? given : {});
    const { Condition = {}, Principal, Effect } = statement.values;
    const conditions = isObject(Condition) ? Condition : {};
    const equals = isObject(conditions.StringEquals) ? conditions.StringEquals : {};
    const bool = isObject(conditions.Bool) ? conditions.Bool : {};
    const service = isObject(Principal) ? Principal.Service : undefined;
    const sourceArn = equals["AWS:SourceArn"];
    return {
      isAllowed: Effect === "Allow",
      actions: asList(statement.values.Action).map(String),
      resources: asList(statement.values.Resource).map(String),
      service: typeof service === "string" ? service : undefined,
      sourceArn: typeof sourceArn === "string" ? sourceArn : undefined,
      isForPlainText: String(bool["aws:SecureTransport"]) === "false",
      conditions,
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
    return statSync(file).isDirectory() ? filesIn(file) : [file];
  });
}

function asList(value: Json | undefined): Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

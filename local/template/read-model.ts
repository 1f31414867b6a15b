import { readDistribution } from "../cloudfront/read";
import { readRoles } from "../iam/roles";
import { isObject } from "../json";
import { readBuckets } from "../s3/read";
import { readApi } from "./api";
import type { Assembly } from "./assembly";
import type { ReadContext, ResolvedResource } from "./context";
import { createResolver } from "./intrinsics";
import type { StackModel } from "./model";
import type { Endpoints } from "./names";
import { Properties } from "./properties";
import {
  readEventSource,
  readFunction,
  readFunctionUrl,
  readQueue,
  readSchedule,
  readTable,
} from "./resources";

/** Deployed resources that change nothing on one developer's machine. */
const ignored = [
  /^AWS::IAM::/,
  /^AWS::Logs::/,
  /^AWS::CloudWatch::/,
  /^AWS::CDK::Metadata$/,
  /^AWS::SQS::QueuePolicy$/,
  /^AWS::Lambda::Permission$/,
  /^AWS::ApiGateway::Account$/,
  // The buckets are read with what is put into them; the function that does it on AWS is not run.
  /^Custom::CDKBucketDeployment$/,
  /^AWS::Lambda::LayerVersion$/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::SecretsManager::Secret$/,
  /^AWS::CloudFront::(Function|OriginAccessControl|OriginRequestPolicy|CachePolicy)$/,
  /^AWS::ApiGatewayV2::(Deployment|Integration|Route|Stage)$/,
];

/** Reads everything that the local stack runs from a synthesized stack. */
export function readModel(assembly: Assembly, endpoints: Endpoints): StackModel {
  const warnings: string[] = [];
  const context: ReadContext = {
    resolver: createResolver(assembly.template, endpoints),
    assembly,
    warn: (text) => warnings.push(text),
  };
  const resources = resolveResources(context);
  const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type));
  const known = [
    "AWS::ApiGatewayV2::Api",
    "AWS::Lambda::Function",
    "AWS::Lambda::Url",
    "AWS::SQS::Queue",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::DynamoDB::Table",
    "AWS::DynamoDB::GlobalTable",
    "AWS::Events::Rule",
    "AWS::Scheduler::Schedule",
    "AWS::CloudFront::Distribution",
    "AWS::S3::Bucket",
  ];
  for (const { type, logicalId } of resources) {
    if (known.includes(type) || ignored.some((pattern) => pattern.test(type))) continue;
    context.warn(`${logicalId} is not run locally: ${type} is unknown here`);
  }
  return {
    api: readApi(resources, context),
    functions: ofType("AWS::Lambda::Function")
      .filter((resource) => !isOfCustomResource(resource, resources))
      .map((resource) => readFunction(resource, ofType("AWS::Lambda::EventInvokeConfig"), context)),
    roles: readRoles(resources, context),
    functionUrls: ofType("AWS::Lambda::Url").map(readFunctionUrl),
    queues: ofType("AWS::SQS::Queue").map(readQueue),
    eventSources: ofType("AWS::Lambda::EventSourceMapping").map(readEventSource),
    tables: ofType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable").map(readTable),
    schedules: ofType("AWS::Events::Rule", "AWS::Scheduler::Schedule").flatMap((resource) =>
      readSchedule(resource, context),
    ),
    distribution: readDistribution(resources, context),
    buckets: readBuckets(resources, context),
    warnings,
  };
}

function resolveResources({ assembly, resolver }: ReadContext): ResolvedResource[] {
  return Object.entries(assembly.template.Resources).flatMap(([logicalId, resource]) => {
    if (resource.Condition !== undefined && !resolver.condition(resource.Condition)) return [];
    // Other types may use functions that nothing here needs to understand.
    const wanted =
      /^AWS::(ApiGatewayV2|Lambda|SQS|DynamoDB|Events|Scheduler|CloudFront|S3)::|^AWS::IAM::(Role|Policy)$|^Custom::CDKBucketDeployment$/.test(
        resource.Type,
      );
    const values = wanted ? resolver.resolve(resource.Properties ?? {}) : {};
    const { ref, attributes } = resolver.names(logicalId);
    const properties = new Properties(logicalId, isObject(values) ? values : {});
    const { Arn: arn = "" } = attributes;
    return Object.assign(properties, { type: resource.Type, ref, arn, attributes });
  });
}

/** CloudFormation alone invokes it, while it deploys. */
function isOfCustomResource(
  { arn }: ResolvedResource,
  resources: readonly ResolvedResource[],
): boolean {
  return resources.some(({ values }) => values.ServiceToken === arn);
}

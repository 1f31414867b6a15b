import { isObject, type JsonObject, show } from "../json";
import type { ReadContext, ResolvedResource } from "../template/context";
import { Properties } from "../template/properties";
import type { BehaviourModel, DistributionModel, EdgeFunctionModel, OriginModel } from "./model";
import { type Policies, readPolicies } from "./policies";

const METHODS = ["GET", "HEAD"];
/** CloudFront's own, in seconds. */
const READ_TIMEOUT = 30;

/** Reads the distribution of a template, if it has one. */
export function readDistribution(
  resources: readonly ResolvedResource[],
  { warn }: ReadContext,
): DistributionModel | undefined {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const [resource, ...others] = ofType("AWS::CloudFront::Distribution");
  if (!resource) return undefined;
  for (const { logicalId } of others) warn(`${logicalId} is not run locally: one distribution is`);
  const config = resource.object("DistributionConfig");
  const functions = new Map(
    ofType("AWS::CloudFront::Function").map((each) => [
      each.attributes.FunctionARN ?? "",
      { logicalId: each.logicalId, code: each.text("FunctionCode") },
    ]),
  );
  const policies = readPolicies(resources);
  const read = (given: unknown, pattern?: string) =>
    readBehaviour(propertiesOf(resource, given), pattern, functions, policies);
  return {
    ...{ logicalId: resource.logicalId, id: resource.ref, arn: resource.arn },
    domain: resource.attributes.DomainName ?? "",
    behaviours: [
      ...config.list("CacheBehaviors").map((each) => read(each)),
      read(config.object("DefaultCacheBehavior").values, "*"),
    ],
    origins: new Map(
      config.list("Origins").map((each) => {
        const origin = readOrigin(propertiesOf(resource, each));
        return [origin.id, origin];
      }),
    ),
    defaultRootObject: config.optionalText("DefaultRootObject"),
  };
}

function propertiesOf({ logicalId }: ResolvedResource, given: unknown): Properties {
  if (isObject(given as JsonObject)) return new Properties(logicalId, given as JsonObject);
  throw new Error(`Cannot read ${logicalId}: expected an object, got ${show(given as never)}`);
}

function readBehaviour(
  behaviour: Properties,
  pattern: string | undefined,
  functions: ReadonlyMap<string, EdgeFunctionModel>,
  policies: Policies,
): BehaviourModel {
  const functionAt = (event: string) => {
    const [found] = behaviour.list("FunctionAssociations").flatMap((each) => {
      const association = new Properties(behaviour.logicalId, isObject(each) ? each : {});
      return association.text("EventType") === event ? [association.text("FunctionARN")] : [];
    });
    const known = found === undefined ? undefined : functions.get(found);
    if (known || found === undefined) return known;
    throw new Error(
      `Cannot read ${behaviour.logicalId}: expected a function of the template, got ${found}`,
    );
  };
  const forwarded = policies.forwarded(
    behaviour.text("CachePolicyId"),
    behaviour.optionalText("OriginRequestPolicyId"),
  );
  const methods = behaviour.list("AllowedMethods").map(String);
  return {
    pattern: pattern ?? behaviour.text("PathPattern"),
    originId: behaviour.text("TargetOriginId"),
    methods: methods.length > 0 ? methods : METHODS,
    viewerRequest: functionAt("viewer-request"),
    viewerResponse: functionAt("viewer-response"),
    ...forwarded,
  };
}

function readOrigin(origin: Properties): OriginModel {
  const headers = origin.list("OriginCustomHeaders").map((each) => {
    const header = new Properties(origin.logicalId, isObject(each) ? each : {});
    return [header.text("HeaderName").toLowerCase(), header.text("HeaderValue")] as const;
  });
  const seconds = origin.object("CustomOriginConfig").number("OriginReadTimeout", READ_TIMEOUT);
  return {
    id: origin.text("Id"),
    domain: origin.text("DomainName"),
    path: origin.optionalText("OriginPath") ?? "",
    headers: Object.fromEntries(headers),
    isSigned: origin.optionalText("OriginAccessControlId") !== undefined,
    timeoutMs: seconds * 1000,
  };
}

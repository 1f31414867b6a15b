import type { ResolvedResource } from "../template/context";
import type { Properties } from "../template/properties";
import type { BehaviourModel, Selection } from "./model";

type Forwarded = Pick<BehaviourModel, "headers" | "cookies" | "queries">;

/** Policies by id. */
export interface Policies {
  /** What a cache policy and an origin request policy let through together. */
  forwarded(cachePolicy: string, originPolicy: string | undefined): Forwarded;
}

const NOTHING: Forwarded = {
  headers: { kind: "none" },
  cookies: { kind: "none" },
  queries: { kind: "none" },
};
const ALL = { kind: "all" } as const;

/**
 * Policies that AWS manages, as far as they are used here.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
const MANAGED: Readonly<Record<string, Forwarded>> = {
  // CachingDisabled
  "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": NOTHING,
  // CachingOptimized
  "658327ea-f89d-4fab-a63d-7e88639e58f6": NOTHING,
  // AllViewer
  "216adef6-5c7f-47e4-b989-5492eafa07d3": { headers: ALL, cookies: ALL, queries: ALL },
  // AllViewerExceptHostHeader
  "b689b0a8-53d0-40ab-baf2-68738e2966ac": {
    headers: { kind: "except", names: ["host"] },
    cookies: ALL,
    queries: ALL,
  },
};

/** Reads the policies of a template. */
export function readPolicies(resources: readonly ResolvedResource[]): Policies {
  const own = new Map(resources.flatMap(readPolicy));
  const find = (id: string): Forwarded => {
    const found = own.get(id) ?? MANAGED[id];
    if (found) return found;
    throw new Error(`Cannot read the distribution: expected a known policy, got ${id}`);
  };
  return {
    forwarded(cachePolicy, originPolicy) {
      const cached = find(cachePolicy);
      if (originPolicy === undefined) return cached;
      const asked = find(originPolicy);
      return {
        headers: union(cached.headers, asked.headers),
        cookies: union(cached.cookies, asked.cookies),
        queries: union(cached.queries, asked.queries),
      };
    },
  };
}

function readPolicy(resource: ResolvedResource): [string, Forwarded][] {
  if (resource.type === "AWS::CloudFront::OriginRequestPolicy") {
    return [[resource.ref, readForwarded(resource.object("OriginRequestPolicyConfig"))]];
  }
  if (resource.type !== "AWS::CloudFront::CachePolicy") return [];
  const config = resource.object("CachePolicyConfig");
  return [[resource.ref, readForwarded(config.object("ParametersInCacheKeyAndForwardedToOrigin"))]];
}

function readForwarded(config: Properties): Forwarded {
  return {
    headers: readSelection(config.object("HeadersConfig"), "HeaderBehavior", "Headers"),
    cookies: readSelection(config.object("CookiesConfig"), "CookieBehavior", "Cookies"),
    queries: readSelection(
      config.object("QueryStringsConfig"),
      "QueryStringBehavior",
      "QueryStrings",
    ),
  };
}

function readSelection(config: Properties, behaviour: string, list: string): Selection {
  const names = config.list(list).map((name) => String(name).toLowerCase());
  switch (config.text(behaviour)) {
    case "none":
      return { kind: "none" };
    case "all":
    case "allViewer":
    case "allViewerAndWhitelistCloudFront":
      return ALL;
    case "whitelist":
      return { kind: "only", names };
    case "allExcept":
      return { kind: "except", names };
    default:
      throw new Error(
        `Cannot read ${config.logicalId}: expected a known ${behaviour}, got ${config.text(behaviour)}`,
      );
  }
}

/** What either lets through. */
function union(a: Selection, b: Selection): Selection {
  if (a.kind === "none") return b;
  if (b.kind === "none") return a;
  if (a.kind === "only" && b.kind === "only")
    return { kind: "only", names: [...a.names, ...b.names] };
  if (a.kind === "all" || b.kind === "all") return ALL;
  const [except, other] = a.kind === "except" ? [a, b] : [b, a];
  if (except.kind !== "except" || !("names" in other)) return ALL;
  const isKept = (name: string) => (other.kind === "only") !== other.names.includes(name);
  return { kind: "except", names: except.names.filter((name) => isKept(name)) };
}

/** Whether a selection lets a name through. */
export function selects(selection: Selection, name: string): boolean {
  if (!("names" in selection)) return selection.kind === "all";
  return selection.names.includes(name.toLowerCase()) === (selection.kind === "only");
}

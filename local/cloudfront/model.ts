/** A CloudFront distribution. */
export interface DistributionModel {
  readonly logicalId: string;
  readonly id: string;
  readonly arn: string;
  readonly domain: string;
  /** In the order in which they are tried; the default one last, with the pattern `*`. */
  readonly behaviours: readonly BehaviourModel[];
  readonly origins: ReadonlyMap<string, OriginModel>;
  readonly defaultRootObject: string | undefined;
}

/** What happens to requests for paths of a pattern. */
export interface BehaviourModel {
  readonly pattern: string;
  readonly originId: string;
  readonly methods: readonly string[];
  readonly viewerRequest: EdgeFunctionModel | undefined;
  readonly viewerResponse: EdgeFunctionModel | undefined;
  readonly headers: Selection;
  readonly cookies: Selection;
  readonly queries: Selection;
}

/** Which headers, cookies or parameters go on to the origin. */
export type Selection =
  | { readonly kind: "all" | "none" }
  | { readonly kind: "only" | "except"; readonly names: readonly string[] };

/** Where answers come from. */
export interface OriginModel {
  readonly id: string;
  readonly domain: string;
  /** Put before each path. */
  readonly path: string;
  /** Sent with each request, in place of the client's. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether requests are signed as CloudFront's own, by origin access control. */
  readonly isSigned: boolean;
  readonly timeoutMs: number;
}

/** A CloudFront Function. */
export interface EdgeFunctionModel {
  readonly logicalId: string;
  readonly code: string;
}

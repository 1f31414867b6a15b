import type { Assembly } from "./assembly";
import type { Resolver } from "./intrinsics";
import type { Properties } from "./properties";

/** A resource whose properties are resolved. */
export interface ResolvedResource extends Properties {
  readonly type: string;
  readonly ref: string;
  readonly arn: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What readers of resources may look at. */
export interface ReadContext {
  readonly resolver: Resolver;
  readonly assembly: Assembly;
  readonly warn: (text: string) => void;
}

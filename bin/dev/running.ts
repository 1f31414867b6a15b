import type { ApplicationRecord } from "../../lib/application/record";
import type { Ordering } from "../../lib/ordering";
import type { LocalStack } from "../../local";
import type { Source } from "../describe-source";

export type Variables = Readonly<Record<string, string>>;

/** What is running, as far as a reload has to know it. */
export interface Running {
  readonly stack: LocalStack;
  /** As it was synthesized. */
  readonly assembly: string;
  readonly record: ApplicationRecord;
  readonly ordering: Ordering;
  readonly variables: Variables;
}

/** What a stack is started from. */
export interface Version {
  readonly assembly: string;
  readonly source: Source;
  readonly variables: Variables;
  /** An assembly around the same application for a debugger. @default - the synthesized one */
  readonly debugged?: string;
}

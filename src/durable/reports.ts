import type { MemoryTimer } from "./timers";

/** What is said while values are written. */
export interface Reports {
  /** A value cannot be written down. */
  lost(value: unknown, reason: string): void;
  /** A value is the host's. */
  referred(value: object, reference: string): void;
  /** An object of a package that each evaluation makes again. */
  born(value: object): void;
  /** A timer is held, which may have ended. */
  held(timer: MemoryTimer): void;
}

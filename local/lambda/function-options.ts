import type { Faults, Limits, LogLine } from "../options";
import type { FunctionModel } from "../template/model";
import type { Concurrency } from "./concurrency";
import type { StackEnvironment } from "./environment";

/** Settings shared by the functions of a stack. */
export interface FunctionOptions {
  readonly limits: Limits;
  readonly concurrency: Concurrency;
  readonly freshContainers: boolean;
  /** Known once the stack listens. */
  readonly environment: () => StackEnvironment;
  /** After how long a container dies in the middle of an invocation, if it does. */
  readonly kill?: Faults["kill"];
  /** By which its calls are known. */
  readonly sessionToken: (model: FunctionModel) => string;
  /** The port of a debugger of a function, by its logical id. */
  readonly inspectPort: (logicalId: string) => number | undefined;
  readonly log: (line: LogLine) => void;
}

/** How a function is invoked. */
export interface Call {
  /** Whom the invocation serves; see {@link ContainerPool}. @default - nothing that could come again */
  readonly keys?: readonly string[];
  /** Called once there is a container, or none can be had. */
  readonly onStart?: () => void;
  /** @default - a new one */
  readonly requestId?: string;
  /** Whether it comes out of Lambda's own queue. @default false */
  readonly isAsynchronous?: boolean;
}

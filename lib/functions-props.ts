import type { Duration } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { SettingProps } from "../src/settings/props";
import type { BundledFunctions } from "./bundle";
import type { Gateway } from "./gateway";
import type { RoomsProps } from "./rooms-props";

/** Properties of `Functions`. */
export interface FunctionsProps
  extends SettingProps,
    Pick<RoomsProps, "environment" | "logRetention" | "memoryMb" | "tracing"> {
  readonly bundles: BundledFunctions;
  readonly table: Table;
  readonly lane: IQueue;

  /** Of the lane. */
  readonly deadLetters: IQueue;
  readonly delays: IQueue;
  readonly fanOut: IQueue;

  /** The queue of the whole application, where it has one lane. */
  readonly application?: { readonly queue: IQueue; readonly deadLetters: IQueue };
  readonly gateway: Gateway;
  readonly laneTimeout: Duration;

  /**
   * What tells the metrics of one `Rooms` from another's.
   *
   * @default - no metrics
   */
  readonly metricsName?: string | undefined;
}

import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { MAX_SLICE_RECEIVES } from "../src/names";
import { fifo, WorkedQueue, type WorkedQueueProps } from "./worked-queue";

/** The FIFO queue of parts of broadcasts that are too large for one invocation. */
export class FanOut extends WorkedQueue {
  constructor(scope: Construct, id: string, props: WorkedQueueProps) {
    super(scope, id, props, {
      settings: fifo,
      maxReceives: MAX_SLICE_RECEIVES,
      alarmDescription: "A part of a broadcast failed twelve times: some members did not hear it.",
    });
  }

  /** @param concurrency how many parts are sent at a time, 2 to 1,000 */
  addConsumer(consumer: IFunction, concurrency: number): void {
    // A part takes seconds, so what would be won by more at a time is lost by waiting for each other.
    this.consume(consumer, { batchSize: 1, maxConcurrency: concurrency });
  }
}

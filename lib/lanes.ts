import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { pongs } from "../src/protocols/frame-starts";
import { fifo, WorkedQueue, type WorkedQueueProps } from "./worked-queue";

const encodedPongs = pongs().map((pong) => Buffer.from(pong).toString("base64"));

/**
 * What the lane function is invoked for: every event but a pong, which says only that its sender
 * lives. Messages that match no pattern are deleted, so only the pongs that are counted cost an invocation.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export const laneFilters = [
  { body: { type: [{ "anything-but": ["frame"] }] } },
  { body: { type: ["frame"], body: [{ "anything-but": encodedPongs }] } },
  { body: { weight: [{ exists: true }] } },
];

/** The FIFO queue in which every connection has a lane: a message group of its own. */
export class Lanes extends WorkedQueue {
  /** @param visibility see `WorkedQueue` */
  constructor(scope: Construct, id: string, props: WorkedQueueProps, visibility?: number) {
    const alarmDescription =
      "Events failed on every retry, or one ended its container, and became dead letters.";
    const times = visibility === undefined ? {} : { visibility };
    super(scope, id, props, { settings: fifo, alarmDescription, ...times });
  }

  /** @param concurrency how many batches are handled at a time, 2 to 1,000 */
  addConsumer(consumer: IFunction, concurrency: number): void {
    this.consume(consumer, {
      maxConcurrency: concurrency,
      // The most that FIFO allows: a burst of one connection is restored once, not ten times.
      batchSize: 10,
      reportBatchItemFailures: true,
      filters: laneFilters.map((filter) => ({ pattern: JSON.stringify(filter) })),
    });
  }
}

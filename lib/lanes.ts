import type { Duration } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { EventSourceMapping, type IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { addWorkedQueue, fifo } from "./dead-letters";

/** The frame `3` in base64: an Engine.IO pong. */
const pong = Buffer.from("3").toString("base64");

/**
 * What the lane function is invoked for: every event but a pong, which says only that its sender
 * lives. Messages that match no pattern are deleted, so a pong never costs an invocation.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export const laneFilters = [
  { body: { type: [{ "anything-but": ["frame"] }] } },
  { body: { type: ["frame"], body: [{ "anything-but": [pong] }] } },
];

/** Properties of `Lanes`. */
export interface LanesProps {
  /** Timeout of the function that consumes the lanes. */
  readonly functionTimeout: Duration;
}

/** The FIFO queue in which every connection has a lane: a message group of its own. */
export class Lanes extends Construct {
  readonly queue: Queue;

  /** Events that failed five times. */
  readonly deadLetters: Queue;

  /** Rings as soon as there is a dead letter. */
  readonly deadLetterAlarm: Alarm;

  constructor(scope: Construct, id: string, props: LanesProps) {
    super(scope, id);
    const { queue, deadLetters, alarm } = addWorkedQueue(this, fifo, {
      functionTimeout: props.functionTimeout,
      alarmDescription: "Events of a connection failed five times and were set aside.",
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.deadLetterAlarm = alarm;
  }

  /** Lets a function consume the lanes. It needs the permissions to receive and delete itself. */
  addConsumer(consumer: IFunction): void {
    new EventSourceMapping(this, "Consumer", {
      target: consumer,
      eventSourceArn: this.queue.queueArn,
      // The most that FIFO allows: a burst of one connection is restored once, not ten times.
      batchSize: 10,
      reportBatchItemFailures: true,
      filters: laneFilters.map((filter) => ({ pattern: JSON.stringify(filter) })),
    });
  }
}

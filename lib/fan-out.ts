import type { Duration } from "aws-cdk-lib";
import { EventSourceMapping, type IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { addWorkedQueue, fifo } from "./dead-letters";

/** Properties of `FanOut`. */
export interface FanOutProps {
  /** Timeout of the function that consumes the queue. */
  readonly functionTimeout: Duration;
}

/** The FIFO queue of parts of broadcasts that are too large for one invocation. */
export class FanOut extends Construct {
  readonly queue: Queue;

  /** Parts that failed five times. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: FanOutProps) {
    super(scope, id);
    const { queue, deadLetters } = addWorkedQueue(this, fifo, {
      functionTimeout: props.functionTimeout,
      alarmDescription: "A part of a broadcast failed five times: some members did not hear it.",
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
  }

  /**
   * Lets a function consume the queue. It needs the permissions to receive and delete itself.
   *
   * @param concurrency how many parts are sent at a time, 2 to 1,000
   */
  addConsumer(consumer: IFunction, concurrency: number): void {
    new EventSourceMapping(this, "Consumer", {
      target: consumer,
      eventSourceArn: this.queue.queueArn,
      // A part takes seconds, so what would be won by more is lost by waiting for each other.
      batchSize: 1,
      maxConcurrency: concurrency,
    });
  }
}

import type { Duration } from "aws-cdk-lib";
import { EventSourceMapping, type IFunction } from "aws-cdk-lib/aws-lambda";
import { type Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { addWorkedQueue } from "./dead-letters";

/** Properties of `Delays`. */
export interface DelaysProps {
  /** Timeout of the function that consumes the queue. */
  readonly functionTimeout: Duration;
}

/**
 * The queue of what has to happen a while later, such as telling a room that a member has not come
 * back. Not the lanes: a FIFO queue delays all of its messages or none.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
 */
export class Delays extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: DelaysProps) {
    super(scope, id);
    const settings = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    const { queue, deadLetters } = addWorkedQueue(this, settings, {
      functionTimeout: props.functionTimeout,
      alarmDescription: "Delayed work failed five times and was set aside.",
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
  }

  /** Lets a function consume the queue. It needs the permissions to receive and delete itself. */
  addConsumer(consumer: IFunction): void {
    new EventSourceMapping(this, "Consumer", {
      target: consumer,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
  }
}

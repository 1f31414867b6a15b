import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { standard, WorkedQueue, type WorkedQueueProps } from "./worked-queue";

/**
 * The queue of what has to happen a while later, such as telling a room that a member has not come
 * back. Not the lanes: a FIFO queue delays all of its messages or none.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
 */
export class Delays extends WorkedQueue {
  constructor(scope: Construct, id: string, props: WorkedQueueProps) {
    const alarmDescription = "Delayed work failed on every retry and became a dead letter.";
    super(scope, id, props, { settings: standard, alarmDescription });
  }

  addConsumer(consumer: IFunction): void {
    this.consume(consumer, { batchSize: 10, reportBatchItemFailures: true });
  }
}

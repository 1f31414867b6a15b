import { Duration } from "aws-cdk-lib";
import { type Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import {
  EventSourceMapping,
  type EventSourceMappingOptions,
  type IFunction,
} from "aws-cdk-lib/aws-lambda";
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { MAX_RECEIVES } from "../src/names";

/** Settings of any queue here. */
export const standard = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/**
 * A FIFO queue, whose dead-letter queue must be of the same kind. High throughput is per
 * group: without it the whole queue would take 300 sends a second.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
 */
export const fifo = {
  ...standard,
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

/** Properties of a queue that a function consumes. */
export interface WorkedQueueProps {
  /** Timeout of the function that consumes the queue. */
  readonly functionTimeout: Duration;
}

/** A queue that a function consumes, and what becomes of what it cannot. */
export abstract class WorkedQueue extends Construct {
  readonly queue: Queue;

  /** Messages that failed each time. */
  readonly deadLetters: Queue;

  /** Rings as soon as there is a dead letter. */
  readonly deadLetterAlarm: Alarm;

  /**
   * @param settings `standard` or `fifo`
   * @param alarmDescription what a dead letter means, for whom the alarm wakes
   * @param visibility of a message that was received, in timeouts of the function
   * @param maxReceives how often a message is received before it is a dead letter
   */
  protected constructor(
    scope: Construct,
    id: string,
    { functionTimeout }: WorkedQueueProps,
    {
      settings,
      alarmDescription,
      maxReceives = MAX_RECEIVES,
      // Leaves Lambda room for its own retries when throttled.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibility = 6,
    }: {
      settings: QueueProps;
      alarmDescription: string;
      maxReceives?: number;
      visibility?: number;
    },
  ) {
    super(scope, id);
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...settings,
      // The longest SQS keeps a message: time to find the cause and redrive.
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, "Queue", {
      ...settings,
      visibilityTimeout: Duration.seconds(functionTimeout.toSeconds() * visibility),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });
    this.deadLetterAlarm = this.deadLetters
      .metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) })
      .createAlarm(this, "DeadLetterAlarm", {
        alarmDescription,
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
  }

  /** Lets a function consume the queue. It needs the permissions to receive and delete itself. */
  protected consume(target: IFunction, options: EventSourceMappingOptions): void {
    new EventSourceMapping(this, "Consumer", {
      target,
      eventSourceArn: this.queue.queueArn,
      ...options,
    });
  }
}

import { Duration } from "aws-cdk-lib";
import { type Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/**
 * A FIFO queue, whose dead-letter queue must be of the same kind. High throughput is per
 * group: without it the whole queue would take 300 sends a second.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
 */
export const fifo = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
};

/** A queue that a function consumes, and what becomes of what it cannot. */
export interface WorkedQueue {
  readonly queue: Queue;
  /** Messages that failed five times. */
  readonly deadLetters: Queue;
  /** Rings as soon as there is a dead letter. */
  readonly alarm: Alarm;
}

/**
 * Makes a queue with its dead letters and their alarm.
 *
 * @param alarmDescription what a dead letter means, for whom the alarm wakes
 */
export function addWorkedQueue(
  scope: Construct,
  settings: QueueProps,
  { functionTimeout, alarmDescription }: { functionTimeout: Duration; alarmDescription: string },
): WorkedQueue {
  const deadLetters = new Queue(scope, "DeadLetters", {
    ...settings,
    // The longest SQS keeps a message: time to find the cause and redrive.
    retentionPeriod: Duration.days(14),
  });
  const queue = new Queue(scope, "Queue", {
    ...settings,
    // Six times the function's timeout leaves Lambda room for its own retries when throttled.
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    visibilityTimeout: Duration.seconds(functionTimeout.toSeconds() * 6),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
  });
  const alarm = deadLetters
    .metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) })
    .createAlarm(scope, "DeadLetterAlarm", {
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  return { queue, deadLetters, alarm };
}

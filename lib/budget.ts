import { Duration } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import {
  type Alarm,
  ComparisonOperator,
  type IAlarmAction,
  MathExpression,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { CHARGES } from "../src/spending/charges";
import type { Rooms } from "./rooms";

/** Which addresses get notices of the month's cost, and from which amount on. */
export interface BudgetProps {
  /** US dollars a month. */
  readonly dollarsPerMonth: number;

  /**
   * US dollars an hour from which on the alarm rings.
   *
   * @default - a day's share of the month, spent in an hour
   */
  readonly dollarsPerHour?: number;

  /**
   * Addresses that AWS Budgets writes to; ten at most.
   *
   * @default - none
   */
  readonly emails?: readonly string[];

  /**
   * A topic that the budget and the alarm notify. Its own encryption, if it has one, has to let both write.
   *
   * @default - none
   */
  readonly topic?: Topic;
}

/** Properties of `RoomsBudget`. */
export interface RoomsBudgetProps extends BudgetProps {
  readonly rooms: Rooms;

  /**
   * What else the alarm does.
   *
   * @default - nothing
   */
  readonly actions?: readonly IAlarmAction[];
}

/** Of the month's amount, and what the share is of. */
const NOTICES = [
  { threshold: 80, notificationType: "ACTUAL" },
  { threshold: 100, notificationType: "ACTUAL" },
  { threshold: 100, notificationType: "FORECASTED" },
] as const;

/**
 * A budget of the account for each month, and an alarm. AWS Budgets knows what was spent, of the whole account, eight to
 * twelve hours later; the alarm estimates within an hour what this `Rooms` spends, from how much goes through it.
 * https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
 */
export class RoomsBudget extends Construct {
  readonly alarm: Alarm;

  /** @throws RangeError if an amount is not above 0, TypeError without `emails` and `topic` */
  constructor(scope: Construct, id: string, props: RoomsBudgetProps) {
    super(scope, id);
    const { dollarsPerMonth, emails = [], topic } = props;
    const { dollarsPerHour = dollarsPerMonth / 30 } = props;
    check({ dollarsPerMonth, dollarsPerHour });
    if (emails.length === 0 && !topic) {
      throw new TypeError("Cannot budget: expected `emails` or a `topic` to notify, got neither");
    }
    topic?.grantPublish(new ServicePrincipal("budgets.amazonaws.com"));
    const subscribers = [
      ...emails.map((address) => ({ subscriptionType: "EMAIL", address })),
      ...(topic ? [{ subscriptionType: "SNS", address: topic.topicArn }] : []),
    ];
    const budget = new CfnBudget(this, "Budget", {
      budget: {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: dollarsPerMonth, unit: "USD" },
      },
      notificationsWithSubscribers: NOTICES.map((notice) => ({
        notification: {
          ...notice,
          comparisonOperator: "GREATER_THAN",
          thresholdType: "PERCENTAGE",
        },
        subscribers,
      })),
    });
    // Budgets tries the topic when the budget is created.
    if (topic) budget.node.addDependency(topic);
    this.alarm = spending(props.rooms).createAlarm(this, "Spending", {
      alarmDescription:
        "Clients cost much more than they should, by an estimate from how much they send and hear.",
      threshold: dollarsPerHour,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (topic) this.alarm.addAlarmAction(new SnsAction(topic));
    this.alarm.addAlarmAction(...(props.actions ?? []));
  }
}

function check(amounts: Readonly<Record<string, number>>): void {
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount > 0 && amount < Number.POSITIVE_INFINITY) continue;
    throw new RangeError(`Cannot budget: expected ${name} above 0, got ${amount}`);
  }
}

/**
 * Messages in and out, frames on the lanes, connections; what leaves AWS in large messages is not seen.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 */
function spending({ stage, lane }: Rooms): MathExpression {
  const period = Duration.hours(1);
  const options = { statistic: "Sum", period };
  const { post, frame, connection } = CHARGES;
  return new MathExpression({
    expression: `(FILL(messages, 0) * ${post} + FILL(frames, 0) * ${frame - 1} + FILL(connects, 0) * ${connection}) / 1000000`,
    usingMetrics: {
      messages: stage.metric("MessageCount", options),
      frames: lane.metricNumberOfMessagesSent(options),
      connects: stage.metric("ConnectCount", options),
    },
    label: "estimated cost, US dollars an hour",
    period,
  });
}

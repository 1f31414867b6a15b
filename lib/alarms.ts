import { Duration } from "aws-cdk-lib";
import {
  type Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  MathExpression,
  type Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Rooms } from "./rooms";

/** Properties of `RoomsAlarms`. */
export interface RoomsAlarmsProps {
  readonly rooms: Rooms;

  /**
   * Whom an alarm wakes, such as `new SnsAction(topic)`. The alarms of the dead letters, which `Rooms` has by
   * itself, are given it too.
   *
   * @default - nobody: the alarms only show
   */
  readonly actions?: readonly IAlarmAction[];

  /**
   * How old the oldest event that waits may be.
   *
   * @default Duration.minutes(2)
   */
  readonly laneAge?: Duration;
}

/**
 * The few alarms worth waking for: each means that people notice. What to do is in docs/operations.md.
 *
 * No alarm here counts errors of the application's own handlers or gone connections, of which a healthy system
 * has some; they are on the dashboard.
 */
export class RoomsAlarms extends Construct {
  /** Those made here and those of the dead letters. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: RoomsAlarmsProps) {
    super(scope, id);
    const { rooms, laneAge = Duration.minutes(2), actions = [] } = props;
    const { connect, heartbeat, lane } = rooms.functions;
    const minute = { period: Duration.minutes(1) };
    this.alarms = [
      this.#alarm("Connecting", connect.metricErrors(minute), {
        ...{ threshold: 5, minutes: 3 },
        description: "Clients cannot connect: the connect function fails.",
      }),
      this.#alarm("LaneAge", rooms.lane.metricApproximateAgeOfOldestMessage(minute), {
        ...{ threshold: laneAge.toSeconds(), minutes: 3 },
        description: "Events wait too long: the lane function does not keep up, or fails.",
      }),
      this.#alarm(
        "LaneErrors",
        failureRate(lane.metricErrors(minute), lane.metricInvocations(minute)),
        {
          ...{ threshold: 5, minutes: 5 },
          description: "More than 5 % of the lane function's invocations fail as a whole.",
        },
      ),
      this.#alarm("Throttles", lane.metricThrottles(minute), {
        ...{ threshold: 10, minutes: 5 },
        description: "Lambda refuses invocations: the account's concurrency is used up.",
      }),
      this.#alarm("Heartbeat", heartbeat.metricErrors({ period: Duration.minutes(8) }), {
        ...{ threshold: 1, minutes: 2 },
        description: "Two pings in a row have failed: API Gateway will close idle connections.",
      }),
      this.#alarm("Gateway", gatewayErrors(rooms), {
        ...{ threshold: 5, minutes: 3 },
        description: "API Gateway could not hand frames over to the lanes.",
      }),
      ...rooms.deadLetterAlarms,
    ];
    for (const alarm of this.alarms) alarm.addAlarmAction(...actions);
  }

  #alarm(
    id: string,
    metric: Metric | MathExpression,
    {
      threshold,
      minutes,
      description,
    }: { readonly threshold: number; readonly minutes: number; readonly description: string },
  ): Alarm {
    return metric.createAlarm(this, id, {
      alarmDescription: description,
      threshold,
      evaluationPeriods: minutes,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function failureRate(errors: IMetric, invocations: IMetric): MathExpression {
  return new MathExpression({
    expression: "100 * errors / MAX([errors, invocations])",
    usingMetrics: { errors, invocations },
    label: "failed invocations, %",
    period: Duration.minutes(1),
  });
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html */
function gatewayErrors({ stage }: Rooms): Metric {
  return stage.metric("IntegrationError", { statistic: "Sum", period: Duration.minutes(1) });
}

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
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Rooms } from "./rooms";

/** Properties of `RoomsAlarms`. */
export interface RoomsAlarmsProps {
  readonly rooms: Rooms;

  /**
   * Whom an alarm wakes, such as `new SnsAction(topic)`. The alarms of the dead letters, which `Rooms` has by
   * itself, are given it too.
   *
   * @default - no notification: the console alone shows the alarms
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
    const { connect, heartbeat, lane, application } = rooms.functions;
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
      successes(heartbeat).createAlarm(this, "Heartbeat", {
        alarmDescription:
          "The last pings have failed or not been sent: API Gateway will close idle connections.",
        threshold: 1,
        evaluationPeriods: 2,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        // A schedule that does not run writes nothing.
        treatMissingData: TreatMissingData.BREACHING,
      }),
      this.#alarm("Gateway", gatewayErrors(rooms), {
        ...{ threshold: 5, minutes: 3 },
        description: "API Gateway could not hand frames over to the lanes.",
      }),
      ...(application && rooms.application
        ? this.#ofApplication(application, rooms.application, laneAge)
        : []),
      ...rooms.deadLetterAlarms,
    ];
    for (const alarm of this.alarms) alarm.addAlarmAction(...actions);
  }

  /** One lane has all events: what it waits for, every client waits for. */
  #ofApplication(application: IFunction, queue: IQueue, laneAge: Duration): Alarm[] {
    const minute = { period: Duration.minutes(1) };
    const failed = failureRate(
      application.metricErrors(minute),
      application.metricInvocations(minute),
    );
    return [
      this.#alarm("ApplicationAge", queue.metricApproximateAgeOfOldestMessage(minute), {
        ...{ threshold: laneAge.toSeconds(), minutes: 3 },
        description: "Events wait too long: the application does not keep up, or fails.",
      }),
      this.#alarm("ApplicationErrors", failed, {
        ...{ threshold: 5, minutes: 5 },
        description: "More than 5 % of the application function's invocations fail as a whole.",
      }),
    ];
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

/** Runs of the heartbeat that were not errors; it is due each 8 minutes. */
function successes(heartbeat: IFunction): MathExpression {
  const period = Duration.minutes(8);
  return new MathExpression({
    expression: "invocations - FILL(errors, 0)",
    usingMetrics: {
      invocations: heartbeat.metricInvocations({ period }),
      errors: heartbeat.metricErrors({ period }),
    },
    label: "pings sent",
    period,
  });
}

/**
 * What the integration answers with an error, and what could not be handed to it at all.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 */
function gatewayErrors({ stage }: Rooms): MathExpression {
  const options = { statistic: "Sum", period: Duration.minutes(1) };
  return new MathExpression({
    expression: "FILL(answered, 0) + FILL(failed, 0)",
    usingMetrics: {
      answered: stage.metric("IntegrationError", options),
      failed: stage.metric("ExecutionError", options),
    },
    label: "frames and connections that API Gateway could not hand over",
    period: Duration.minutes(1),
  });
}

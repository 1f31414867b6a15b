import { Duration, Stack } from "aws-cdk-lib";
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  Metric,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { MetricName } from "../src/metric-names";
import type { Rooms } from "./rooms";

/** Properties of `RoomsDashboard`. */
export interface RoomsDashboardProps {
  readonly rooms: Rooms;

  /**
   * Name in the console.
   *
   * @default - CloudFormation's
   */
  readonly name?: string;
}

/** One page that shows whether it works, how much is going on, and what it costs in requests. */
export class RoomsDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { rooms, name }: RoomsDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, "Dashboard", {
      ...(name && { dashboardName: name }),
      defaultInterval: Duration.hours(3),
      widgets: [
        [connections(rooms), events(rooms), posts(rooms)],
        [latency(rooms), fanOut(rooms), errors(rooms)],
        [queues(rooms), functions(rooms), table(rooms)],
        ...(rooms.application ? [application(rooms)] : []),
        [failures(rooms)],
      ],
    });
  }
}

const PERIOD = { period: Duration.minutes(1) };

function graph(title: string, left: IMetric[], right: IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, left, right, width: 8, height: 6 });
}

function sums(rooms: Rooms, names: readonly MetricName[]): IMetric[] {
  return names.map((name) => rooms.metric(name, { ...PERIOD, label: name }));
}

function percentiles(rooms: Rooms, name: MetricName): IMetric[] {
  return ["p50", "p90", "p99"].map((statistic) =>
    rooms.metric(name, { ...PERIOD, statistic, label: statistic }),
  );
}

function connections(rooms: Rooms): IWidget {
  const now = rooms.metric("Connections", {
    ...{ statistic: "Maximum", period: Duration.minutes(8), label: "at the last heartbeat" },
  });
  const changes = ["ConnectionsOpened", "ConnectionsEnded", "ConnectionsLost"] as const;
  return graph("Connections", [now], sums(rooms, [...changes, "ConnectionsRefused"]));
}

function events(rooms: Rooms): IWidget {
  return graph(
    "Events",
    sums(rooms, ["Events"]),
    sums(rooms, ["EventsRepeated", "FramesOutOfOrder", "ClientsCutOff", "BroadcastsRefused"]),
  );
}

function posts(rooms: Rooms): IWidget {
  const others = sums(rooms, ["PostsGone", "PostsThrottled", "PostsFailed"]);
  return graph("Posts to connections", sums(rooms, ["PostsDelivered"]), others);
}

function latency(rooms: Rooms): IWidget {
  return graph("How long frames wait (ms)", percentiles(rooms, "LaneAge"));
}

function fanOut(rooms: Rooms): IWidget {
  return graph("How long a broadcast takes (ms)", percentiles(rooms, "FanOutTime"));
}

function errors(rooms: Rooms): IWidget {
  const dead = rooms.allDeadLetters.map((queue) =>
    queue.metricApproximateNumberOfMessagesVisible({ ...PERIOD, label: queue.node.path }),
  );
  return graph("Errors, and dead letters", sums(rooms, ["HandlerErrors", "Failures"]), dead);
}

function queues({ lane }: Rooms): IWidget {
  return graph(
    "Lanes",
    [lane.metricApproximateNumberOfMessagesVisible(PERIOD)],
    [lane.metricApproximateAgeOfOldestMessage(PERIOD)],
  );
}

function functions(rooms: Rooms): IWidget {
  const { lane } = rooms.functions;
  return graph(
    "Lane function",
    [lane.metricDuration({ ...PERIOD, statistic: "p90", label: "duration p90, ms" })],
    [
      lane.metricInvocations(PERIOD),
      lane.metricErrors(PERIOD),
      lane.metricThrottles(PERIOD),
      ...sums(rooms, ["ColdStarts"]),
    ],
  );
}

/** The one lane of `ordering: "application"`, and its function. */
function application(rooms: Rooms): IWidget[] {
  const { application: queue, functions } = rooms;
  const { application } = functions;
  if (!queue || !application) return [];
  const waiting = graph(
    "The application's lane",
    [queue.metricApproximateNumberOfMessagesVisible(PERIOD)],
    [queue.metricApproximateAgeOfOldestMessage(PERIOD)],
  );
  const duration = { ...PERIOD, statistic: "p90", label: "duration p90, ms" };
  const run = graph(
    "Application function",
    [application.metricDuration(duration)],
    [application.metricInvocations(PERIOD), application.metricErrors(PERIOD)],
  );
  return [waiting, run];
}

function table({ table: { tableName } }: Rooms): IWidget {
  const metrics = (...names: string[]) =>
    names.map((metricName) => {
      const dimensionsMap = { TableName: tableName };
      return new Metric({
        ...{ namespace: "AWS/DynamoDB", metricName, dimensionsMap, statistic: "Sum" },
        ...PERIOD,
      });
    });
  return graph(
    "Table",
    metrics("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
    metrics("ReadThrottleEvents", "WriteThrottleEvents"),
  );
}

function failures(rooms: Rooms): IWidget {
  const { lane, application, heartbeat, connect, publish, fanOut, http } = rooms.functions;
  return new LogQueryWidget({
    title: "Latest warnings and errors",
    logGroupNames: [lane, application, connect, heartbeat, publish, fanOut, http].flatMap((one) =>
      one ? [one.logGroup.logGroupName] : [],
    ),
    queryLines: [
      "fields @timestamp, level, message.message, message.connectionId, message.socketId, message.namespace, message.error",
      'filter level in ["WARN", "ERROR"]',
      "sort @timestamp desc",
      "limit 50",
    ],
    width: 24,
    height: 8,
    region: Stack.of(rooms).region,
  });
}

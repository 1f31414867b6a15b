import { Match, Template } from "aws-cdk-lib/assertions";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { RoomsAlarms } from "../../lib/alarms";
import { METRICS } from "../../src/metric-names";
import { roomsStack, roomsTemplate } from "./support";

const template = roomsTemplate();
const withVariables = (variables: object) => ({
  Environment: { Variables: Match.objectLike(variables) },
});

describe("logs", () => {
  test("say who comes and goes unless asked otherwise", () => {
    const config = (level: string) => ({
      LoggingConfig: Match.objectLike({ LogFormat: "JSON", ApplicationLogLevel: level }),
    });
    template.resourcePropertiesCountIs("AWS::Lambda::Function", config("INFO"), 6);
    const verbose = roomsTemplate({ logLevel: "DEBUG" });
    verbose.resourcePropertiesCountIs("AWS::Lambda::Function", config("DEBUG"), 6);
  });

  test("are left out by the functions themselves: Lambda would drop lines of metrics too", () => {
    const quiet = roomsTemplate({ logLevel: "WARN" });
    const config = {
      ...withVariables({ ROOMS_LOG_LEVEL: "WARN" }),
      LoggingConfig: Match.objectLike({ ApplicationLogLevel: "INFO" }),
    };
    quiet.resourcePropertiesCountIs("AWS::Lambda::Function", config, 6);
  });
});

describe("metrics", () => {
  test("are written by every function under the construct's path, or by none", () => {
    const named = withVariables({ METRICS_NAME: "LambdaRooms/Rooms" });
    template.resourcePropertiesCountIs("AWS::Lambda::Function", named, 6);
    const quiet = roomsTemplate({ metrics: false });
    quiet.resourcePropertiesCountIs("AWS::Lambda::Function", named, 0);
  });

  test("on the dashboard are all there are", () => {
    const [dashboard] = Object.values(template.findResources("AWS::CloudWatch::Dashboard"));
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);
    const shown = Object.keys(METRICS).filter((name) => body.includes(`\\"${name}\\"`));
    expect(shown).toEqual(Object.keys(METRICS));
    expect(body).toContain("LambdaRooms/Rooms");
  });
});

describe("alarms", () => {
  test("are those worth waking for", () => {
    const alarms = template.findResources("AWS::CloudWatch::Alarm");
    const described = Object.values(alarms).map(({ Properties }) => Properties.AlarmDescription);
    expect(described).toHaveLength(9);
    expect(new Set(described).size).toBe(9);
    const breaching = Object.values(alarms).filter(
      ({ Properties }) => Properties.TreatMissingData !== "notBreaching",
    );
    // A heartbeat that is not run writes no metric.
    expect(breaching.map(({ Properties }) => Properties.AlarmDescription)).toEqual([
      expect.stringContaining("not been sent"),
    ]);
  });

  test("ring for events that wait longer than two minutes, or as asked", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "ApproximateAgeOfOldestMessage",
      Threshold: 120,
      EvaluationPeriods: 3,
    });
  });

  test("tell whom they are given, those of the dead letters too", () => {
    const stack = roomsStack();
    const topic = new Topic(stack, "OnCall");
    const actions = [new SnsAction(topic)];
    new RoomsAlarms(stack, "Told", { rooms: stack.rooms, actions });
    const told = { AlarmActions: [{ Ref: Match.stringLikeRegexp("^OnCall") }] };
    Template.fromStack(stack).resourcePropertiesCountIs("AWS::CloudWatch::Alarm", told, 9);
  });
});

describe("tracing", () => {
  test("is off by default, and on with leave to send traces", () => {
    const traced = { TracingConfig: { Mode: "Active" } };
    template.resourcePropertiesCountIs("AWS::Lambda::Function", traced, 0);
    const on = roomsTemplate({ tracing: true });
    on.resourcePropertiesCountIs("AWS::Lambda::Function", traced, 6);
    on.hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: Match.arrayWith(["xray:PutTraceSegments"]) }),
        ]),
      },
    });
  });
});

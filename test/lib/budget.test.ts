import { Match, Template } from "aws-cdk-lib/assertions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { type BudgetProps, RoomsBudget } from "../../lib/budget";
import { roomsStack } from "./support";

const stack = roomsStack();
const { rooms } = stack;
const without = Template.fromStack(roomsStack()).toJSON();
const topic = new Topic(stack, "Topic");
new RoomsBudget(stack, "Budget", { rooms, dollarsPerMonth: 60, emails: ["a@example.com"], topic });
const template = Template.fromStack(stack);
const topicArn = { Ref: Match.stringLikeRegexp("^Topic") };

test("the stack has no budget without an amount", () => {
  expect(JSON.stringify(without)).not.toContain("AWS::Budgets");
});

test("a budget tells of the month, spent and forecast", () => {
  const notice = (NotificationType: string, Threshold: number) => ({
    Notification: Match.objectLike({ NotificationType, Threshold }),
    Subscribers: [
      { SubscriptionType: "EMAIL", Address: "a@example.com" },
      { SubscriptionType: "SNS", Address: topicArn },
    ],
  });
  template.hasResourceProperties("AWS::Budgets::Budget", {
    Budget: { BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: 60, Unit: "USD" } },
    NotificationsWithSubscribers: [
      notice("ACTUAL", 80),
      notice("ACTUAL", 100),
      notice("FORECASTED", 100),
    ],
  });
});

test("AWS Budgets may write to the topic", () => {
  template.hasResourceProperties("AWS::SNS::TopicPolicy", {
    PolicyDocument: Match.objectLike({
      Statement: [
        Match.objectLike({
          Action: "sns:Publish",
          Principal: { Service: "budgets.amazonaws.com" },
        }),
      ],
    }),
  });
});

test("the alarm rings when an hour takes a day's share", () => {
  template.hasResourceProperties("AWS::CloudWatch::Alarm", {
    Threshold: 2,
    AlarmActions: [topicArn],
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: Match.stringLikeRegexp("messages.*frames.*connects") }),
    ]),
  });
});

test.each<[Partial<BudgetProps>, string]>([
  [{ dollarsPerMonth: 0, emails: ["a@example.com"] }, "expected dollarsPerMonth above 0, got 0"],
  [{ dollarsPerMonth: Number("ten"), emails: ["a"] }, "expected dollarsPerMonth above 0, got NaN"],
  [{ dollarsPerMonth: 5 }, "expected `emails` or a `topic` to notify, got neither"],
])("%j is refused", (props, message) => {
  const make = () => new RoomsBudget(roomsStack(), "Budget", { rooms, ...props } as never);
  expect(make).toThrow(message);
});

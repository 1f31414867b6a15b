import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { ArnPrincipal, type CfnRole, Role } from "aws-cdk-lib/aws-iam";
import { roomsStack } from "./support";

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Text of an ARN: references as `<LogicalId>`. */
function text(value: unknown): string {
  if (typeof value === "string") return value;
  const node = value as { Ref?: string; "Fn::GetAtt"?: string[]; "Fn::Join"?: [string, unknown[]] };
  if (node["Fn::Join"]) return node["Fn::Join"][1].map(text).join(node["Fn::Join"][0]);
  return `<${node.Ref ?? node["Fn::GetAtt"]?.[0]}>`;
}

/** Everything a role may do, as lines of action and resource; the path is the role's below `Rooms`. */
function grants(stack: Stack, path: string): string[] {
  const role = path
    .split("/")
    .reduce((node, id) => node.node.findChild(id), stack.node.findChild("Rooms"));
  const roleId = stack.getLogicalId((role as Role).node.defaultChild as CfnRole);
  const policies = Template.fromStack(stack).findResources("AWS::IAM::Policy", {
    Properties: { Roles: [{ Ref: roleId }] },
  });
  const statements: Statement[] = Object.values(policies).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  return statements
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((to) => `${action} ${text(to)}`)),
    )
    .map((line) => line.replace(/<Rooms([A-Za-z]+)[0-9A-F]{8}>/g, "<$1>"))
    .sort();
}

const management = (method: string) =>
  `execute-api:ManageConnections arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<GatewayApi>/prod/${method}/@connections/*`;

const logs = (name: string) => [
  `logs:CreateLogStream <Functions${name}Log>`,
  `logs:PutLogEvents <Functions${name}Log>`,
];

const stack = roomsStack();

test("connect stores its connection and opens its lane", () => {
  expect(grants(stack, "Functions/ConnectRole")).toEqual([
    "dynamodb:PutItem <Table>",
    "dynamodb:UpdateItem <Table>",
    ...logs("Connect"),
    "sqs:SendMessage <LanesQueue>",
  ]);
});

test("functions without the application name only the partitions that they need", () => {
  const keys = Object.values(Template.fromStack(stack).findResources("AWS::IAM::Policy"))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Condition }) => Condition)
    .map(({ Condition }) => Condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]);
  expect(keys).toEqual([["c*"], ["z*"], ["c*"], ["f*", "r*", "a*", "v*"]]);
});

test("disconnect only writes to the lane", () => {
  expect(grants(stack, "Functions/DisconnectRole")).toEqual([
    ...logs("Disconnect"),
    "sqs:SendMessage <LanesQueue>",
  ]);
});

const onQueues = (action: string) => [`sqs:${action} <DelaysQueue>`, `sqs:${action} <LanesQueue>`];

test("lane reads and writes items, consumes and feeds the lane, and manages connections", () => {
  expect(grants(stack, "Functions/LaneRole")).toEqual([
    "dynamodb:BatchGetItem <Table>",
    "dynamodb:BatchWriteItem <Table>",
    "dynamodb:DeleteItem <Table>",
    "dynamodb:GetItem <Table>",
    "dynamodb:PutItem <Table>",
    "dynamodb:Query <Table>",
    "dynamodb:UpdateItem <Table>",
    management("DELETE"),
    management("GET"),
    management("POST"),
    ...logs("Lane"),
    ...["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes"].flatMap(onQueues),
    ...onQueues("ReceiveMessage"),
    "sqs:SendMessage <DelaysQueue>",
    "sqs:SendMessage <FanOutQueue>",
    "sqs:SendMessage <LanesDeadLetters>",
    "sqs:SendMessage <LanesQueue>",
  ]);
});

test("fanOut reads members, notes how far it is, posts and closes lives", () => {
  expect(grants(stack, "Functions/FanOutRole")).toEqual([
    "dynamodb:GetItem <Table>",
    "dynamodb:PutItem <Table>",
    "dynamodb:Query <Table>",
    management("POST"),
    ...logs("FanOut"),
    "sqs:ChangeMessageVisibility <FanOutQueue>",
    "sqs:DeleteMessage <FanOutQueue>",
    "sqs:GetQueueAttributes <FanOutQueue>",
    "sqs:ReceiveMessage <FanOutQueue>",
    "sqs:SendMessage <LanesQueue>",
  ]);
});

test("heartbeat finds connections, pings them and closes lives", () => {
  expect(grants(stack, "Functions/HeartbeatRole")).toEqual([
    "dynamodb:Query <Table>",
    management("POST"),
    ...logs("Heartbeat"),
    "sqs:SendMessage <LanesQueue>",
  ]);
});

test("the message route only writes to the lane", () => {
  expect(grants(stack, "Gateway/Api/MessageRole")).toEqual(["sqs:SendMessage <LanesQueue>"]);
});

test("no function's role has a managed policy", () => {
  const roles = Template.fromStack(stack).findResources("AWS::IAM::Role");
  const managed = Object.keys(roles).filter((id) => roles[id]?.Properties.ManagedPolicyArns);
  expect(managed).toEqual([expect.stringContaining("LogRole")]);
});

test("code outside is granted posting and reading members", () => {
  // GIVEN
  const own = roomsStack();
  const emitter = new Role(own.rooms, "Emitter", {
    assumedBy: new ArnPrincipal("arn:aws:iam::1:root"),
  });

  // WHEN
  own.rooms.grantManageConnections(emitter);
  own.rooms.grantReadMembers(emitter);

  // THEN
  expect(grants(own, "Emitter")).toEqual([
    "dynamodb:Query <Table>",
    management("DELETE"),
    management("GET"),
    management("POST"),
  ]);
});

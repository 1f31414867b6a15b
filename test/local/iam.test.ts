import type { IncomingMessage } from "node:http";
import { leadingKeys } from "../../local/dynamodb/leading-keys";
import { Access, sessionTokenOf } from "../../local/iam/access";
import { checkServices } from "../../local/iam/services";
import type { JsonObject } from "../../local/json";
import type {
  FunctionModel,
  RoleModel,
  StackModel,
  StatementModel,
} from "../../local/template/model";

const table = "arn:aws:dynamodb:us-east-1:000000000000:table/Rooms";

function access(...statements: Partial<StatementModel>[]) {
  const role: RoleModel = {
    ...{ logicalId: "LaneRole", name: "LaneRole", arn: "arn:aws:iam::000000000000:role/LaneRole" },
    statements: statements.map((statement) => ({
      ...{ isAllowed: true, actions: [], resources: [] },
      ...statement,
    })),
  };
  const made = new Access([role]);
  const token = sessionTokenOf({ name: "Lane" } as FunctionModel, role);
  const request = { headers: { "x-amz-security-token": token } } as unknown as IncomingMessage;
  return {
    made,
    refuses: (action: string, on: string, keys?: string[]) =>
      made.refuses(request, action, on, keys),
  };
}

test("what no statement allows is refused in IAM's words", () => {
  const { refuses } = access({ actions: ["dynamodb:GetItem"], resources: [table] });
  expect(refuses("dynamodb:GetItem", table)).toBeUndefined();
  expect(refuses("dynamodb:PutItem", table)).toBe(
    `User: arn:aws:sts::000000000000:assumed-role/LaneRole/Lane is not authorized to perform: dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
  );
  expect(refuses("dynamodb:GetItem", `${table}2`)).toContain("not authorized");
});

test("wildcards, the case of actions, and Deny", () => {
  const { refuses } = access(
    { actions: ["sqs:Send*"], resources: ["arn:aws:sqs:*:*:Lane?.fifo"] },
    {
      actions: ["sqs:*"],
      resources: ["arn:aws:sqs:us-east-1:000000000000:LaneX.fifo"],
      isAllowed: false,
    },
  );
  expect(
    refuses("sqs:sendmessage", "arn:aws:sqs:us-east-1:000000000000:LaneA.fifo"),
  ).toBeUndefined();
  expect(refuses("sqs:sendmessage", "arn:aws:sqs:us-east-1:000000000000:LaneAfifo")).toContain(
    "not",
  );
  expect(refuses("sqs:sendmessage", "arn:aws:sqs:us-east-1:000000000000:LaneX.fifo")).toContain(
    "not",
  );
});

test("a condition on partition keys holds for all keys of a request", () => {
  const { refuses } = access({
    ...{ actions: ["dynamodb:*"], resources: [table], leadingKeys: ["c*", "f?"] },
  });
  expect(refuses("dynamodb:PutItem", table, ["c1"])).toBeUndefined();
  expect(refuses("dynamodb:PutItem", table, ["c1", "f2"])).toBeUndefined();
  expect(refuses("dynamodb:PutItem", table, ["c1", "r1"])).toContain("not authorized");
  expect(refuses("dynamodb:PutItem", table, ["f22"])).toContain("not authorized");
});

test("the partition keys of each kind of request are found", () => {
  const key = { p: { S: "c1" }, s: { S: "x" } };
  const of = (request: object) => leadingKeys(request as JsonObject, "T", "p");
  expect(of({ Key: key })).toEqual(["c1"]);
  expect(of({ Item: { ...key, more: { S: "r" } } })).toEqual(["c1"]);
  expect(of({ RequestItems: { T: { Keys: [key, key] }, U: { Keys: [key] } } })).toEqual([
    "c1",
    "c1",
  ]);
  const writes = [{ PutRequest: { Item: key } }, { DeleteRequest: { Key: key } }];
  expect(of({ RequestItems: { T: writes } })).toEqual(["c1", "c1"]);
  const query = { KeyConditionExpression: "p = :p AND s > :s", ExpressionAttributeValues: {} };
  query.ExpressionAttributeValues = { ":p": { S: "c1" }, ":s": { S: "c2" } };
  expect(of(query)).toEqual(["c1"]);
  const named = { ...query, KeyConditionExpression: "#p = :p" };
  expect(of({ ...named, ExpressionAttributeNames: { "#p": "p" } })).toEqual(["c1"]);
});

test("tells what has not been needed, but for logs", () => {
  const { made, refuses } = access(
    { actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [table] },
    { actions: ["logs:PutLogEvents"], resources: ["*"] },
  );
  refuses("dynamodb:GetItem", table);
  expect(made.unused).toEqual([{ role: "LaneRole", action: "dynamodb:PutItem", resource: table }]);
});

test("a caller without a role of the template may do anything", () => {
  const { made } = access();
  const developer = { headers: {} } as IncomingMessage;
  expect(made.refuses(developer, "dynamodb:Scan", table)).toBeUndefined();
});

describe("an integration that sends at the root of SQS", () => {
  const check = (template: string, made: Access) => {
    const integration = {
      ...{ kind: "queue", logicalId: "Sending", queueName: undefined, role: roleArn },
      requestTemplates: { $default: template },
    };
    const model = {
      ...{ functions: [], eventSources: [], queues: [{ name: "Lane.fifo" }] },
      api: { routes: new Map([["$default", integration]]) },
    };
    return () => checkServices(model as unknown as StackModel, made);
  };
  const roleArn = "arn:aws:iam::000000000000:role/LaneRole";
  const names = "#set($q = 'http://127.0.0.1/000000000000/Lane.fifo')";

  test("may send to the queues that its templates name", () => {
    const resources = ["arn:aws:sqs:us-east-1:000000000000:Lane.fifo"];
    expect(check(names, access({ actions: ["sqs:*"], resources }).made)).not.toThrow();
    expect(check(names, access().made)).toThrow("expected LaneRole to allow sqs:SendMessage on");
  });

  test("is refused if its templates name no queue that is known", () => {
    expect(check(names.replace("Lane", "Other"), access().made)).toThrow(
      "Cannot read Sending: expected templates that name a queue of the template, got ",
    );
  });
});

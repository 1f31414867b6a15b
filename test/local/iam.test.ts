import type { IncomingMessage } from "node:http";
import { Access, sessionTokenOf } from "../../local/iam/access";
import type { FunctionModel, RoleModel, StatementModel } from "../../local/template/model";

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
  return { made, refuses: (action: string, on: string) => made.refuses(request, action, on) };
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

test("tells what has not been needed, but for logs", () => {
  const { made, refuses } = access(
    { actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [table] },
    { actions: ["logs:PutLogEvents"], resources: ["*"] },
  );
  refuses("dynamodb:GetItem", table);
  expect(made.unused).toEqual([{ role: "LaneRole", action: "dynamodb:PutItem", resource: table }]);
});

test("whoever has no role of the template may do anything", () => {
  const { made } = access();
  const developer = { headers: {} } as IncomingMessage;
  expect(made.refuses(developer, "dynamodb:Scan", table)).toBeUndefined();
});

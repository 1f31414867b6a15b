import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { AwsCalls } from "../../bin/aws/calls";
import { textsOf } from "../../bin/aws/calls";
import { AwsControl } from "../../verify/aws-control";
import { sumOf } from "../../verify/aws-metrics";
import { RESOURCES } from "../../verify/names";

/** What is asked of AWS, and how its documented answers are read; AWS itself is untried. */

type Request = readonly unknown[];

/** Answers by what the request holds, and notes every request. */
function calls(answers: Readonly<Record<string, unknown>>) {
  const requests: Request[] = [];
  const answer = async (...request: Request) => {
    requests.push(request);
    const text = JSON.stringify(request);
    const [, found] = Object.entries(answers).find(([part]) => text.includes(part)) ?? [];
    if (found === undefined) throw new Error(`Expected no request ${text}`);
    return found;
  };
  const double = { query: answer, json: answer, rest: answer, region: async () => "eu-west-1" };
  return { requests, calls: double as unknown as AwsCalls };
}

const stack = {
  resource: async () => ({ logicalId: "Api", physicalId: "abc", type: "T", status: "S" }),
  resources: async () => [],
  prepare: async () => {},
  output: (name: string) => name,
};

test("the account's log role is put back only where another has taken its place", async () => {
  const same = calls({ '"GET","/account"': { cloudwatchRoleArn: "arn:mine" } });
  await new AwsControl(same.calls, stack).setLogRole("arn:mine");
  expect(same.requests).toEqual([["apigateway", "GET", "/account"]]);
  const other = calls({ GET: { cloudwatchRoleArn: "arn:other" }, PATCH: {} });
  await new AwsControl(other.calls, stack).setLogRole("arn:mine");
  const operation = { op: "replace", path: "/cloudwatchRoleArn", value: "arn:mine" };
  const patch = ["apigateway", "PATCH", "/account", { patchOperations: [operation] }];
  expect(other.requests.at(-1)).toEqual(patch);
});

test("identity and concurrency are read from what AWS documents", async () => {
  const { calls: double } = calls({
    GetCallerIdentity:
      "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/A</Arn><UserId>U</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
    "account-settings": {
      AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 9 },
    },
  });
  const control = new AwsControl(double, stack);
  expect(await control.identify()).toEqual({ account: "123456789012", region: "eu-west-1" });
  expect(await control.concurrency()).toEqual({ limit: 10, unreserved: 9 });
});

test("the sum of a metric adds up its minutes", async () => {
  const member = (sum: string) => `<member><Sum>${sum}</Sum><Unit>Count</Unit></member>`;
  const { calls: double, requests } = calls({
    GetMetricStatistics: `<Datapoints>${member("3.0")}${member("4.0")}</Datapoints>`,
  });
  const range = { from: 0, to: 120_000 };
  expect(await sumOf(double, "AWS/Lambda", "Invocations", { FunctionName: "f" }, range)).toBe(7);
  expect(requests[0]?.[3]).toMatchObject({
    "Dimensions.member.1.Name": "FunctionName",
    "Dimensions.member.1.Value": "f",
    StartTime: "1970-01-01T00:00:00.000Z",
  });
});

test("missing execution logs do not fail the probe, and another refusal does", async () => {
  const answer = (message: string) =>
    new AwsControl(
      { json: () => Promise.reject(new Error(message)) } as unknown as AwsCalls,
      stack,
    ).deleteExecutionLog("abc");
  await expect(answer("logs 400 ResourceNotFoundException")).resolves.toBeUndefined();
  await expect(answer("logs 400 AccessDeniedException")).rejects.toThrow("AccessDenied");
});

test("texts of XML are read by element", () => {
  expect(textsOf("<A>1</A><B>2</B><A>3</A>", "A")).toEqual(["1", "3"]);
});

test("each resource that is asked by name is one of the template", () => {
  const directory = process.env.ASSEMBLY as string;
  const file = readdirSync(directory).find((name) => name.endsWith(".template.json")) as string;
  const template: { Resources: Record<string, { Type: string }> } = JSON.parse(
    readFileSync(path.join(directory, file), "utf8"),
  );
  const counts = Object.values(RESOURCES).map(
    ([id, type]) =>
      Object.entries(template.Resources).filter(
        ([name, { Type }]) => id.test(name) && Type === type,
      ).length,
  );
  expect(counts).toEqual(Object.keys(RESOURCES).map(() => 1));
});

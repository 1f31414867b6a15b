import type { JsonObject } from "../../local/json";
import { Buckets } from "../../local/s3/buckets";
import { readAssembly } from "../../local/template/assembly";
import { readModel } from "../../local/template/read-model";
import { removeAssemblies, writeAssembly } from "./support/assembly";

afterAll(removeAssemblies);

const service = "cloudfront.amazonaws.com";
const byService = { Effect: "Allow", Action: "s3:*", Principal: { Service: service } };
const everyone: JsonObject = { Effect: "Allow", Action: "s3:*", Principal: "*" };
const signer = { service, sourceArn: "arn:d" };

/** What a bucket with such statements answers for an object that is missing: 404 to those who may read and list it. */
function read(...statements: JsonObject[]) {
  const Resource = [
    { "Fn::GetAtt": ["Files", "Arn"] },
    { "Fn::Join": ["", [{ "Fn::GetAtt": ["Files", "Arn"] }, "/*"]] },
  ];
  const directory = writeAssembly({
    resources: {
      Files: { Type: "AWS::S3::Bucket" },
      Policy: {
        Type: "AWS::S3::BucketPolicy",
        Properties: {
          Bucket: { Ref: "Files" },
          PolicyDocument: { Statement: statements.map((each) => ({ Resource, ...each })) },
        },
      },
    },
  });
  const endpoints = { sqsUrl: "http://127.0.0.1:9000", functionUrls: {} };
  const { buckets, warnings } = readModel(readAssembly(directory), endpoints);
  const ask = (by?: typeof signer) =>
    new Buckets(buckets).answer(buckets[0]!, {
      ...{ method: "GET", path: "/none", headers: {} },
      ...(by && { signer: by }),
    }).status;
  return { warnings, ask };
}

test.each<[string, JsonObject]>([
  ["everyone", everyone],
  ["everyone of AWS", { ...everyone, Principal: { AWS: "*" } }],
  ["everyone in a list", { ...everyone, Principal: { AWS: ["*"] } }],
  ["requests with TLS", { ...everyone, Condition: { Bool: { "aws:SecureTransport": "true" } } }],
])("a statement for %s holds for every request", (_, statement) => {
  const { ask, warnings } = read(statement);
  expect([ask(), ask(signer), warnings]).toEqual([404, 404, []]);
});

test.each<[string, JsonObject]>([
  ["a service", byService],
  ["a list of one service", { ...byService, Principal: { Service: [service] } }],
])("a statement for %s holds for its requests alone", (_, statement) => {
  const { ask, warnings } = read(statement);
  expect([ask(), ask(signer), warnings]).toEqual([403, 404, []]);
});

test.each(["AWS:SourceArn", "aws:SourceArn"])("a condition on %s holds for that alone", (key) => {
  const { ask, warnings } = read({ ...byService, Condition: { StringEquals: { [key]: "arn:d" } } });
  expect([ask(signer), ask({ service, sourceArn: "arn:other" }), warnings]).toEqual([404, 403, []]);
});

test("a Deny of requests without TLS does not hold for those with TLS", () => {
  const Condition = { Bool: { "aws:SecureTransport": "false" } };
  const { ask, warnings } = read(byService, { ...everyone, Effect: "Deny", Condition });
  expect([ask(signer), warnings]).toEqual([404, []]);
  expect(read(byService, { ...everyone, Effect: "Deny" }).ask(signer)).toBe(403);
});

const role = "arn:aws:iam::000000000000:role/Role";
const notUnderstood: readonly (readonly [string, JsonObject])[] = [
  ["a role", { Principal: { AWS: role } }],
  ["no principal", { Principal: {} }],
  ["several principals", { Principal: { AWS: "*", Service: service } }],
  ["several services", { Principal: { Service: [service, "s3.amazonaws.com"] } }],
  ["all but one principal", { NotPrincipal: { AWS: role } }],
  ["all but one action", { NotAction: "s3:PutObject" }],
  ["all but one resource", { NotResource: "arn:aws:s3:::other" }],
  ["one account", { Condition: { StringEquals: { "aws:SourceAccount": "1" } } }],
  ["some addresses", { Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }],
  ["similar ARNs", { Condition: { StringLike: { "aws:SourceArn": "arn:d" } } }],
  ["several ARNs", { Condition: { StringEquals: { "aws:SourceArn": ["arn:d", "arn:e"] } } }],
  [
    "a condition beside one that is known",
    { Condition: { StringEquals: { "aws:SourceArn": "arn:d", "aws:SourceAccount": "1" } } },
  ],
];

test.each(notUnderstood)("an Allow for %s is left out, with a warning", (_, statement) => {
  const { ask, warnings } = read({ ...everyone, ...statement });
  expect([ask(), ask(signer)]).toEqual([403, 403]);
  expect(warnings).toEqual([
    expect.stringMatching(/^A statement of Policy is left out, .*"Allow"/),
  ]);
});

test.each(notUnderstood)("a Deny for %s is refused", (_, statement) => {
  expect(() => read(everyone, { ...everyone, ...statement, Effect: "Deny" })).toThrow(
    "Cannot read Policy: expected a Deny that is understood here, got ",
  );
});

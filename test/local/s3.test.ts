import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Buckets, type ObjectRequest } from "../../local/s3/buckets";
import type { BucketStatement } from "../../local/s3/model";

const folder = mkdtempSync(path.join(tmpdir(), "s3-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, "a.txt");
writeFileSync(file, "0123456789");

const service = "cloudfront.amazonaws.com";
const signer = { service, sourceArn: "arn:d" };
const allow: BucketStatement = {
  ...{ isAllowed: true, actions: ["s3:GetObject"], resources: ["arn:b/*"], service },
  ...{ sourceArn: "arn:d", isForPlainText: false },
};
const headers = { "cache-control": "public" };

function ask(request: Partial<ObjectRequest>, statements: readonly BucketStatement[] = [allow]) {
  const objects = new Map([["x/a.txt", { file, headers }]]);
  const bucket = { logicalId: "B", name: "b", arn: "arn:b", domains: ["b"], statements, objects };
  const whole = { method: "GET", path: "/x/a.txt", headers: {}, signer, ...request };
  return new Buckets([bucket]).answer(bucket, whole);
}

test("an object comes with its type, tag and the headers of its deployment", () => {
  const { status, body, headers: got } = ask({});
  expect({ status, body: body.toString() }).toEqual({ status: 200, body: "0123456789" });
  expect(got).toMatchObject({ "content-type": "text/plain", "cache-control": "public" });
  const again = ask({ headers: { "if-none-match": String(got.etag) } });
  expect({ status: again.status, length: again.body.length }).toEqual({ status: 304, length: 0 });
});

test("a range is a part; one beyond the end is refused", () => {
  expect(ask({ headers: { range: "bytes=2-4" } }).body.toString()).toBe("234");
  expect(ask({ headers: { range: "bytes=-2" } }).body.toString()).toBe("89");
  expect(ask({ headers: { range: "bytes=10-" } }).status).toBe(416);
});

test("only the signer that the policy names reads", () => {
  const { signer: _, ...unsigned } = { signer, path: "/x/a.txt" };
  const bucket = ask({});
  expect(bucket.status).toBe(200);
  expect(ask({ ...unsigned, signer: { service, sourceArn: "arn:other" } }).status).toBe(403);
  expect(ask({}, []).status).toBe(403);
  expect(ask({}, [allow, { ...allow, isAllowed: false }]).status).toBe(403);
  expect(ask({ method: "PUT" }).status).toBe(403);
});

test("whether an object is missing is said only to who may list the bucket", () => {
  expect(ask({ path: "/none" }).status).toBe(403);
  const list = { ...allow, actions: ["s3:ListBucket"], resources: ["arn:b"] };
  expect(ask({ path: "/none" }, [allow, list]).status).toBe(404);
});

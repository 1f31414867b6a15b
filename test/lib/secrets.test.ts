import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundle } from "../../lib/bundle";
import { localSecrets } from "../../lib/secrets";
import { roomsTemplate } from "./support";

/** Variables that name secrets: who may read them, and when. */

const environment = { DB: "ssm:/shop/db", API: "secretsmanager:shop/api:key", PLAIN: "p" };

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function readers(template: ReturnType<typeof roomsTemplate>): Record<string, unknown[]> {
  const policies = template.findResources("AWS::IAM::Policy");
  const found: Record<string, unknown[]> = {};
  for (const [id, { Properties }] of Object.entries(policies)) {
    const statements = Properties.PolicyDocument.Statement as Statement[];
    const own = statements.filter(({ Action }) => /^(ssm|secretsmanager):/.test(String(Action)));
    const name = /Functions(\w+?)Role/.exec(id)?.[1] ?? id;
    if (own.length > 0) found[name] = own.map(({ Action, Resource }) => [Action, flat(Resource)]);
  }
  return found;
}

function flat(resource: unknown): string {
  const [, parts] = (resource as { "Fn::Join": [string, unknown[]] })["Fn::Join"];
  return parts.map((part) => (typeof part === "string" ? part : "*")).join("");
}

test("exactly the functions that run the application may read exactly these", () => {
  const all = [
    ["ssm:GetParameters", "arn:*:ssm:*:*:parameter/shop/db"],
    ["secretsmanager:GetSecretValue", "arn:*:secretsmanager:*:*:secret:shop/api-??????"],
  ];
  const template = roomsTemplate({ environment });
  expect(readers(template)).toEqual({ Lane: all, Publish: all });
  // The reference stands in the template, and no value does.
  expect(JSON.stringify(template.toJSON())).toContain('"DB":"ssm:/shop/db"');
  expect(readers(roomsTemplate({ environment: { PLAIN: "p" } }))).toEqual({});
  expect(readers(roomsTemplate({ environment, http: true }))).toMatchObject({ Http: all });
  const one = readers(roomsTemplate({ environment, ordering: "application", http: true }));
  // There the function of HTTP requests does not run the application.
  expect(one).toEqual({ Application: all, Lane: all, Publish: all });
});

test("a reference that names nothing is refused", () => {
  expect(() => roomsTemplate({ environment: { DB: "ssm:" } })).toThrow(
    "Cannot read the reference ssm:",
  );
});

test("on this machine the shell has them, or is missed by name", () => {
  expect(localSecrets(environment, { DB: "d", API: "a" })).toEqual({
    DB: "d",
    API: "a",
    PLAIN: "p",
  });
  expect(() => localSecrets(environment, { DB: "d" })).toThrow(
    "expected the shell or .env to set API (secretsmanager:shop/api:key), since",
  );
});

test("they are read before the application is loaded", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "secrets-"));
  const server = createServer((_request, response) =>
    response.end(JSON.stringify({ Parameters: [{ Name: "/shop/db", Value: "read" }] })),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const before = { ...process.env };
  try {
    const entry = path.join(folder, "server.js");
    writeFileSync(entry, "exports.db = process.env.DB_OF_TEST;");
    const outputDirectory = path.join(folder, "out");
    const { lane } = bundle({ entry, outputDirectory, readsSecrets: true });
    const own = { AWS_REGION: "r", AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${port}` };
    Object.assign(process.env, own, { DB_OF_TEST: "ssm:/shop/db" });
    const { db } = await require(path.join(lane.directory, "load.cjs")).load();
    expect(db).toBe("read");
  } finally {
    process.env = before;
    server.close();
    rmSync(folder, { recursive: true });
  }
});

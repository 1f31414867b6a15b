import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import path from "node:path";
import { httpUrl } from "../apps/play";
import { next, TestStack } from "../support/clients";
import { synthesizeLocally } from "../support/local-assembly";

/** The function `http` and its URL on the local stack. */

const SECRET = "a secret of the site";
/** Needed after crashes and in dynamic namespaces, or by applications with features that this one has not. */
const RARE = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:DeleteItem"];

const assembly = synthesizeLocally({
  // The function that loads the application itself; `e2e/routes` has the other.
  ordering: "connection",
  entry: "test/e2e/http-app.cjs",
  originSecret: SECRET,
  fanOutThreshold: 5,
});

function ask({ stack }: TestStack, route: string, init: RequestInit = {}): Promise<Response> {
  const headers = { "x-lambda-rooms-origin": SECRET, ...init.headers };
  return fetch(httpUrl(stack) + route, { method: "POST", ...init, headers });
}

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start(assembly);
});
afterAll(() => stack.close());

test("rejects what does not come through the site", async () => {
  for (const secret of ["", "a guess"]) {
    const response = await ask(stack, "/", {
      method: "GET",
      headers: { "x-lambda-rooms-origin": secret },
    });
    expect(response.status).toBe(403);
  }
  expect((await ask(stack, "/", { method: "GET" })).status).toBe(200);
});

test("a request whose event is too large never reaches the function", async () => {
  const body = Buffer.alloc(4_800_000, 1);
  expect((await ask(stack, "/emit", { body })).status).toBe(413);
  // Bytes count, not characters, and those of JSON.
  const headers = { "content-type": "text/plain" };
  for (const body of ["ü".repeat(3_500_000), "\u0001".repeat(1_200_000)]) {
    expect((await ask(stack, "/emit", { body, headers })).status).toBe(413);
  }
});

test("an effect that begins after the answer has ended reaches its room", async () => {
  const client = await stack.connect();
  await client.emitWithAck("join", "few");
  const late = next(client, "late");
  const response = await ask(stack, "/late", { method: "GET" });
  expect(await response.text()).toBe("early");
  await late;
  client.disconnect();
  await stack.stack.idle();
});

test("every permission of the function is needed", async () => {
  const clients = await Promise.all(Array.from({ length: 8 }, () => stack.connect()));
  await Promise.all(clients.map((client) => client.emitWithAck("join", "big")));
  const [first, second] = clients as [Client, Client];
  for (const client of [first, second]) {
    client.on("ask", (answer) => answer("yes"));
    await client.emitWithAck("join", "few");
  }
  const response = await ask(stack, "/all");
  expect(await response.json()).toEqual({ acks: ["yes", "yes"], sockets: 8 });
  const left = Promise.all([first, second].map((client) => next(client, "disconnect")));
  await ask(stack, "/kick");
  await left;
  await stack.stack.idle();
  const unused = stack.stack
    .unusedPermissions()
    .filter(({ role }) => role.includes("FunctionsHttp"))
    .map(({ action }) => action);
  expect(unused.filter((action) => !RARE.includes(action))).toEqual([]);
});

type Client = Awaited<ReturnType<TestStack["connect"]>>;

test("an effect that fails makes the answer a 500, and the log names the route", async () => {
  const directory = mkdtempSync(path.join(process.env.TEST_ASSEMBLIES as string, "denied-"));
  await cp(assembly, directory, { recursive: true });
  const template = readdirSync(directory).find((name) => name.endsWith(".template.json"));
  const file = path.join(directory, template as string);
  const denied = readFileSync(file, "utf8").replaceAll('"dynamodb:Query"', '"dynamodb:Scan"');
  writeFileSync(file, denied);
  const test_ = await TestStack.start(directory);
  try {
    const response = await ask(test_, "/emit");
    expect([response.status, await response.text()]).toEqual([500, "Internal Server Error\n"]);
    const lines = test_.log.filter(({ text }) => text.includes("dynamodb:Query"));
    expect(lines.map(({ text }) => text).join()).toContain('"route":"POST /emit"');
  } finally {
    await test_.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

import { createHash, randomBytes } from "node:crypto";
import { httpUrl } from "../apps/play";
import { next, TestStack } from "../support/clients";
import { synthesizeLocally } from "../support/local-assembly";
import { containers } from "./shared";

/** Routes of an application with one lane: they see and change what its listeners do. */

const SECRET = "a secret of the site";

const assembly = synthesizeLocally({
  entry: "test/e2e/routes-app.cjs",
  ordering: "application",
  originSecret: SECRET,
});

describe.each(containers)("with %s", (_, freshContainers) => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.start(assembly, { freshContainers });
  });
  afterAll(() => stack.close());

  const ask = (route: string, init: RequestInit = {}) =>
    fetch(httpUrl(stack.stack) + route, {
      ...init,
      headers: { "x-lambda-rooms-origin": SECRET, ...init.headers },
    });
  const post = (route: string, body: unknown = {}) =>
    ask(route, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });

  const numberAt = async (route: string) => (await (await ask(route)).json()) as number;

  test("a variable that listeners change is what routes see, and the reverse", async () => {
    const client = await stack.connect();
    const before = await numberAt("/count");
    expect(await client.emitWithAck("count")).toBe(before + 1);
    expect(await numberAt("/count")).toBe(before + 1);
    const counted = next(client, "counted");
    expect(await (await post("/count")).json()).toBe(before + 2);
    expect(await counted).toEqual([before + 2]);
    expect(await client.emitWithAck("count")).toBe(before + 3);
    client.disconnect();
  });

  test("a socket reads what a request has put into a Map", async () => {
    const client = await stack.connect();
    expect((await post("/notes/a", { text: "hello" })).status).toBe(201);
    expect(await client.emitWithAck("note", "a")).toEqual({ text: "hello", bytes: 5 });
    client.disconnect();
  });

  test("requests and answers that no message and no item can hold arrive whole", async () => {
    const text = randomBytes(1_000_000).toString("hex");
    expect((await post("/notes/large", { text })).status).toBe(201);
    const client = await stack.connect();
    const note = { text: text.slice(0, 20), bytes: text.length };
    expect(await client.emitWithAck("note", "large")).toEqual(note);
    client.disconnect();
    const answer = await ask("/large?bytes=1500000");
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes).toHaveLength(1_500_000);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(answer.headers.get("x-sum"));
  });

  test("many requests at a time are carried out once each", async () => {
    const before = await numberAt("/count");
    const answers = await Promise.all(Array.from({ length: 12 }, () => post("/count")));
    const counts = await Promise.all(answers.map((one) => one.json() as Promise<number>));
    expect(counts.sort((a, b) => a - b)).toEqual(counts.map((_, n) => before + 1 + n));
  });

  test("the secret, errors of routes and the client's script are as without a lane", async () => {
    expect((await ask("/", { headers: { "x-lambda-rooms-origin": "a guess" } })).status).toBe(403);
    expect(await (await ask("/")).text()).toBe("page");
    expect((await ask("/fails")).status).toBe(500);
    expect((await ask("/nowhere")).status).toBe(404);
    const script = await ask("/socket.io/socket.io.js");
    expect(script.headers.get("content-type")).toMatch(/javascript/);
    expect(await script.text()).toContain("Socket.IO v4");
  });

  test("a session of a MemoryStore lives as long as its container", async () => {
    const first = await ask("/session");
    expect(await first.json()).toBe(1);
    const [cookie = ""] = (first.headers.get("set-cookie") ?? "").split(";");
    const second = await ask("/session", { headers: { cookie } });
    // A package made the store while it was loaded, so each container makes its own: synth names that.
    expect(await second.json()).toBe(freshContainers ? 1 : 2);
  });

  test("the requests run where the events run", async () => {
    const seen = new Set<number>();
    for (let n = 0; n < 3; n++) seen.add(await numberAt("/container"));
    expect(seen.size).toBe(freshContainers ? 3 : 1);
  });

  test("the function needs each of its permissions", () => {
    const unused = stack.stack
      .unusedPermissions()
      .filter(({ role }) => role.includes("FunctionsHttp"))
      .map(({ action }) => action);
    expect(unused).toEqual([]);
  });
});

import { run } from "../bin/run";
import { assembly, next, TestStack } from "../support/clients";

/** `lambda-rooms publish`, and `verify` of a URL, on the whole stack. */

let chat: TestStack;
let site: TestStack;
beforeAll(async () => {
  [chat, site] = await Promise.all([
    TestStack.start(assembly()),
    TestStack.start(assembly("ASSEMBLY_OF_SITE")),
  ]);
});
afterAll(() => Promise.all([chat.close(), site.close()]));

describe("publish", () => {
  const publish = (...args: string[]) => {
    const [url = ""] = Object.values(chat.stack.functionUrls);
    return run(["publish", "--url", url, ...args], { env: chat.stack.environment });
  };

  test("reaches a room and a socket, with JSON where an argument is some", async () => {
    const [a, b] = [await chat.connect("/chat"), await chat.connect("/chat")];
    await a.emitWithAck("join", ["news"]);
    const heard = [next(a, "message"), next(b, "message")];
    const to = ["--namespace", "/chat", "--room", "news", "--socket", b.id as string];
    const { code, stdout, stderr } = await publish(...to, "message", "hello", '{"a":1}', "5");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`message to news, ${b.id}: 2 of 2 reached\n`);
    for (const args of await Promise.all(heard)) expect(args).toEqual(["hello", { a: 1 }, 5]);
  });

  test("prints its receipt for a machine", async () => {
    const { stdout } = await publish("--json", "--room", "none", "message");
    expect(JSON.parse(stdout)).toEqual({
      ...{ matched: 0, delivered: 0, gone: 0, throttled: 0, failed: 0 },
    });
  });

  test("says what is wrong", async () => {
    const wrong = { env: { ...chat.stack.environment, AWS_SECRET_ACCESS_KEY: "other" } };
    const [url = ""] = Object.values(chat.stack.functionUrls);
    const refused = await run(["publish", "--url", url, "message"], wrong);
    expect(refused.stderr).toMatch(/^Cannot publish: .*status 403/);
    expect(refused.code).toBe(1);
    const { code, stderr } = await run(["publish", "--url", "chat", "message"]);
    expect(stderr).toContain("expected --url with the output PublishUrl");
    expect(code).toBe(2);
  });
});

describe("verify", () => {
  test("of a site looks at its WebSocket, its client and what it refuses", async () => {
    const { code, stdout } = await run(["verify", site.stack.siteUrl ?? ""]);
    expect(stdout).toMatch(
      /^ok +a WebSocket to ws:\S+: connected after \d+ ms\nok +the client's file: 200 \S+.*\nok +long-polling is refused: 400\n\n3 of 3 as expected\n$/,
    );
    expect(code).toBe(0);
  });

  test("of an endpoint that the site alone may use names the refusal, and ends with 1", async () => {
    const { code, stdout } = await run(["verify", site.stack.webSocketUrl, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      looks: [{ verdict: "differs", detail: "refused with 403" }],
    });
    expect(code).toBe(1);
  });

  test("of what does not answer is unknown, with the reason", async () => {
    const { code, stdout } = await run(["verify", "ws://127.0.0.1:1/prod"]);
    expect(stdout).toMatch(/^unknown +a WebSocket/);
    expect(code).toBe(1);
  });
});

import { request } from "node:http";
import { type RunningConsole, startConsole } from "../../console/server/server";
import type { Action, ConsoleSource, Passed } from "../../console/source";

/** Who may ask the console, and what it answers: its actions are dangerous, and any page may send requests to localhost. */

const acted: Action[] = [];
let hear: ((batch: readonly Passed[], left: number) => void) | undefined;
let stopped = 0;
const source = {
  about: async () => ({ name: "test", kind: "local" }),
  rooms: async (query: object) => query,
  room: async (_: string, room: unknown) => ({ room }),
  socket: async () => undefined,
  overview: async () => {
    throw new Error("Cannot read the table");
  },
  act: async (action: Action) => {
    acted.push(action);
    return { message: "done" };
  },
  listen: (_: object, listener: typeof hear) => {
    hear = listener;
    return () => {
      stopped += 1;
    };
  },
} as unknown as ConsoleSource;

let running: RunningConsole;
let port: number;
let token: string;
beforeAll(async () => {
  running = await startConsole(() => source, 0);
  const url = new URL(running.url);
  port = Number(url.port);
  token = url.hash.replace("#token=", "");
});
afterAll(() => running.close());

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** By Node's own client: `fetch` chooses `Host` itself. */
function ask(path: string, { method = "GET", headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port,
          path,
          method,
          headers: { host: `localhost:${port}`, ...headers },
        },
        async (response) => {
          let text = "";
          for await (const chunk of response) text += chunk;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        },
      );
      sent.on("error", reject).end(body);
    },
  );
}

const authorized = () => ({ authorization: `Bearer ${token}` });
const json = () => ({ ...authorized(), "content-type": "application/json" });

test("the page needs no token, loads nothing from elsewhere and may be in no frame", async () => {
  const { status, headers, text } = await ask("/");
  expect(status).toBe(200);
  expect(text).toContain('src="/page.js"');
  expect(text).not.toMatch(/https?:\/\/|<script>|style=/);
  const policy = String(headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  for (const path of ["/page.js", "/page.css", "/icon.svg"]) {
    expect((await ask(path)).status).toBe(200);
  }
});

test.each([
  ["none", {}],
  ["a wrong one", { authorization: "Bearer wrong" }],
])("the API refuses %s as its token", async (_, headers) =>
  expect((await ask("/api/about", { headers })).status).toBe(401),
);

test.each([
  ["another host: DNS that was rebound", { host: "evil.example" }],
  ["another port as its host", { host: "localhost:1" }],
  ["another origin", { origin: "https://evil.example" }],
  ["the origin of another port", { origin: "http://localhost:3000" }],
  ["a sandboxed page", { origin: "null" }],
  ["a request that the browser calls cross-site", { "sec-fetch-site": "cross-site" }],
  ["a request of another port's page", { "sec-fetch-site": "same-site" }],
])("the console refuses %s, also with its token", async (_, headers) => {
  const all = { ...authorized(), ...headers };
  expect((await ask("/api/about", { headers: all })).status).toBe(403);
  expect((await ask("/", { headers: all })).status).toBe(403);
});

test("its own page may ask", async () => {
  const headers = { ...authorized(), origin: `http://localhost:${port}` };
  const { status, text } = await ask("/api/about", { headers });
  expect([status, JSON.parse(text)]).toEqual([200, { name: "test", kind: "local" }]);
});

test("an action takes a POST of JSON: no form of another page can send that", async () => {
  const body = JSON.stringify({ type: "disconnect", namespace: "/", rooms: ["a"], close: true });
  const form = { ...authorized(), "content-type": "text/plain" };
  expect((await ask("/api/act", { method: "POST", headers: form, body })).status).toBe(415);
  expect((await ask("/api/act", { headers: json() })).status).toBe(404);
  expect(acted).toEqual([]);
  const done = await ask("/api/act", { method: "POST", headers: json(), body });
  expect([done.status, done.text]).toEqual([200, '{"message":"done"}']);
  expect(acted).toEqual([
    { type: "disconnect", namespace: "/", rooms: ["a"], except: [], close: true },
  ]);
});

test.each([
  "",
  "null",
  "{}",
  '{"type":"delete everything","namespace":"/","rooms":[]}',
  '{"type":"disconnect","namespace":"/"}',
  '{"type":"emit","namespace":"/","rooms":[],"event":"","args":[]}',
  '{"type":"join","namespace":"/","rooms":["a"],"target":[]}',
  '{"type":"join","namespace":"/","rooms":[{}],"target":["b"]}',
])("an action that lacks something does nothing: %s", async (body) => {
  const before = acted.length;
  const { status } = await ask("/api/act", { method: "POST", headers: json(), body });
  expect([status, acted.length]).toEqual([400, before]);
});

test('a room travels as JSON, so that 5 and "5" are two', async () => {
  const read = async (room: string) => {
    const path = `/api/room?namespace=/&room=${encodeURIComponent(room)}`;
    return (await ask(path, { headers: authorized() })).text;
  };
  expect(await read("5")).toBe('{"room":5}');
  expect(await read('"5"')).toBe('{"room":"5"}');
  expect(await read("{}")).toContain("Expected a room");
});

test("lists are cut, and what fails says why", async () => {
  const { text } = await ask("/api/rooms?limit=100000&search=a%26b", { headers: authorized() });
  expect(JSON.parse(text)).toMatchObject({ limit: 500, offset: 0, search: "a&b" });
  expect((await ask("/api/rooms?offset=-1", { headers: authorized() })).status).toBe(400);
  const failed = await ask("/api/overview", { headers: authorized() });
  expect([failed.status, failed.text]).toEqual([500, '{"message":"Cannot read the table"}']);
  expect((await ask("/api/nothing", { headers: authorized() })).status).toBe(404);
  expect((await ask("/../package.json", { headers: authorized() })).status).toBe(404);
});

test("events are lines of JSON until the page goes away", async () => {
  const abort = new AbortController();
  const answer = await fetch(`http://localhost:${port}/api/events`, {
    headers: authorized(),
    signal: abort.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  hear?.([{ id: 1, name: "</script>" } as Passed], 2);
  const { value } = (await reader?.read()) ?? {};
  expect(JSON.parse(String(value))).toEqual({ batch: [{ id: 1, name: "</script>" }], left: 2 });
  const before = stopped;
  abort.abort();
  while (stopped === before) await new Promise((resolve) => setImmediate(resolve));
});

import { connectLocked } from "../../src/functions/connect-locked";
import type { ConnectEvent } from "../../src/gateway/handshake";
import { honourLocks } from "../../src/locks";
import type { Handshake, Middleware, UpgradeEngine } from "../../src/ports";
import { LockedEngine } from "../../src/socketio/locked-engine";
import { judgeUpgrade, restoreRequest } from "../../src/upgrade/restore";

// Without types.
const cookieParser = require("cookie-parser");
const session = require("express-session");
const passport = require("passport");

/** What keeps clients out at `$connect`, and what it leaves on the request for later events. */

beforeAll(honourLocks);
const warnings = jest.spyOn(console, "warn").mockImplementation();
const errors = jest.spyOn(console, "error").mockImplementation();
beforeEach(() => {
  warnings.mockClear();
  errors.mockClear();
});

const handshake: Handshake = {
  headers: { cookie: "a=1; b=2", "x-key": "k" },
  query: { EIO: "4", transport: "websocket" },
  address: "192.0.2.1",
  url: "/prod/?EIO=4&transport=websocket",
};
const soon = () => Date.now() + 10_000;

function engineWith(...middlewares: Middleware[]): UpgradeEngine & LockedEngine & { opts: object } {
  const engine = Object.assign(new LockedEngine(), { opts: {} });
  for (const middleware of middlewares) engine.use(middleware);
  return engine;
}

const judge = (...middlewares: Middleware[]) =>
  judgeUpgrade(engineWith(...middlewares), handshake, soon());

test("a middleware sees the request as Engine.IO shows it", async () => {
  const seen: unknown[] = [];
  const verdict = await judge((req, _res, next) => {
    const { method, url, httpVersion, headers, socket, connection } = req;
    seen.push(
      method,
      url,
      httpVersion,
      headers.upgrade,
      socket.remoteAddress,
      connection === socket,
    );
    seen.push((req as { _query?: unknown })._query);
    next();
  });
  expect(verdict).toEqual({ ok: true, put: undefined });
  expect(seen).toEqual([
    ...["GET", handshake.url, "1.1", "websocket", "192.0.2.1", true],
    handshake.query,
  ]);
});

test.each<[string, Middleware, number, string]>([
  ["answers", (_req, res) => res.writeHead(401).end(), 401, "answered 401"],
  ["redirects", (_req, res) => res.writeHead(302, { location: "/" }).end(), 302, "answered 302"],
  ["answers without a status", (_req, res) => res.end("no"), 403, "answered 403"],
  ["destroys the socket", (req) => req.socket.destroy(), 403, "answered 403"],
  ["calls next with an error", (_req, _res, next) => next(new Error("x")), 400, "Error: x"],
  [
    "throws",
    () => {
      throw new Error("x");
    },
    500,
    "threw an error",
  ],
  ["rejects", () => Promise.reject(new Error("x")), 500, "threw an error"],
])("a client is refused when a middleware %s", async (_what, middleware, statusCode, words) => {
  const after = jest.fn();
  const verdict = await judge(middleware, after);
  expect(verdict).toMatchObject({ ok: false, statusCode });
  expect(verdict).toMatchObject({ message: expect.stringContaining(words) });
  expect(verdict).toMatchObject({
    message: expect.stringMatching(/io\.engine\.use at .*\.ts:\d+/),
  });
  expect(after).not.toHaveBeenCalled();
});

test("a throw is logged with its stack", async () => {
  await judge(() => {
    throw new TypeError("no such user");
  });
  const [line] = errors.mock.calls.flat();
  expect(line).toMatchObject({
    error: expect.stringMatching(/TypeError: no such user\n.*upgrade\.test/),
  });
});

test("a middleware that never calls next refuses its client, with its place", async () => {
  const engine = engineWith(() => undefined);
  const verdict = await judgeUpgrade(engine, handshake, Date.now());
  expect(verdict).toMatchObject({ ok: false, statusCode: 504 });
  expect(verdict).toMatchObject({
    message: expect.stringMatching(/io\.engine\.use at .*has not called `next`/),
  });
});

test("allowRequest is asked after the middlewares, and both tell of refusals", async () => {
  const engine = engineWith((req, _res, next) => next(req.headers["x-bad"]));
  const heard: unknown[] = [];
  engine.on("connection_error", ({ code, message, context }) =>
    heard.push({ code, message, context }),
  );
  const answers = [true, false];
  engine.opts = {
    allowRequest: (_req: unknown, answer: (message: unknown, ok: boolean) => void) =>
      answer("not today", answers.shift() === true),
  };
  expect(await judgeUpgrade(engine, handshake, soon())).toMatchObject({ ok: true });
  expect(await judgeUpgrade(engine, handshake, soon())).toMatchObject({
    ok: false,
    statusCode: 403,
  });
  const bad = { ...handshake, headers: { "x-bad": "1" } };
  expect(await judgeUpgrade(engine, bad, soon())).toMatchObject({ ok: false, statusCode: 400 });
  expect(heard).toEqual([
    { code: 4, message: "Forbidden", context: { message: "not today" } },
    { code: 3, message: "Bad request", context: { name: "MIDDLEWARE_FAILURE" } },
  ]);
});

test("plain values are kept, and the middlewares do not run again for them", async () => {
  const middleware = jest.fn<void, Parameters<Middleware>>((req, _res, next) => {
    Object.assign(req, { user: { name: "ada" }, at: 1 });
    req.headers["x-user"] = "ada";
    next();
  });
  const engine = engineWith(middleware);
  const verdict = await judgeUpgrade(engine, handshake, soon());
  const put = "put" in verdict ? verdict.put : undefined;
  expect(put?.again).toBeUndefined();
  const { request, put: kept } = await restoreRequest(engine, handshake, put ?? {});
  expect(request).toMatchObject({ user: { name: "ada" }, at: 1, headers: { "x-user": "ada" } });
  expect([...kept]).toEqual([
    ["user", '{"name":"ada"}'],
    ["at", "1"],
  ]);
  expect(middleware).toHaveBeenCalledTimes(1);
});

test("a cookie of a middleware is named, since no client gets it", async () => {
  await judge((_req, res, next) => {
    res.setHeader("Set-Cookie", "a=1");
    next();
  });
  expect(JSON.stringify(warnings.mock.calls)).toContain("sets a cookie");
});

test("sessions, passport's functions and the secret of cookies are made again, and no secret is kept", async () => {
  const engine = engineWith(
    cookieParser("s3cret"),
    session({ secret: "s3cret", resave: false, saveUninitialized: true }),
    passport.session(),
    (req, res, next) => {
      Object.assign(req, { id: Math.random() });
      passport.initialize()(req, res, next);
    },
  );
  const verdict = await judgeUpgrade(engine, handshake, soon());
  expect(verdict).toMatchObject({
    ok: true,
    put: { again: true, values: { cookies: { a: "1" } } },
  });
  expect(JSON.stringify(verdict)).not.toContain("s3cret");
  const put = "put" in verdict ? verdict.put : undefined;
  const { request } = await restoreRequest(engine, handshake, put ?? {});
  const { id } = put?.values ?? {};
  expect(request).toMatchObject({ id, secret: "s3cret", session: { save: expect.any(Function) } });
  expect(request).toMatchObject({ login: expect.any(Function) });
});

describe("the function of $connect", () => {
  const event = (query: Record<string, string>): ConnectEvent => ({
    queryStringParameters: query,
    requestContext: { connectionId: "c", connectedAt: 1, stage: "prod" },
  });
  const stockQuery = { EIO: "4", transport: "websocket" };
  const run = async (middleware: Middleware, query: Record<string, string>, mostBytes = 10_000) => {
    const opened: unknown[] = [];
    const ports = {
      store: { open: async (connection: unknown) => void opened.push(connection) },
      lanes: { send: async (sent: object) => void opened.push(sent) },
      rules: { mostBytes },
    };
    const engine = engineWith(middleware);
    const judgement = (given: Handshake) => judgeUpgrade(engine, given, soon());
    return { ...(await connectLocked(ports, judgement, event(query))), opened };
  };

  test.each([
    ["Socket.IO", stockQuery],
    ["JSON", { protocol: "json" }],
  ])(
    "asks the locks for a client of %s, and stores nothing of a refused one",
    async (_protocol, query) => {
      const refused = await run((_req, res) => res.writeHead(401).end(), query);
      expect(refused).toEqual({ statusCode: 401, opened: [] });
      const admitted = await run((_req, _res, next) => next(), query);
      expect(admitted).toMatchObject({ statusCode: 200, opened: [{ id: "c" }, { type: "open" }] });
    },
  );

  test("refuses a client whose middlewares put more on the request than is kept", async () => {
    const large = "x".repeat(1000);
    const put: Middleware = (req, _res, next) => next(void Object.assign(req, { large }));
    expect(await run(put, stockQuery, 900)).toMatchObject({ statusCode: 431, opened: [] });
    const handshake = { put: { values: { large } } };
    expect(await run(put, stockQuery)).toMatchObject({ opened: [{ handshake }, {}] });
  });
});

test("without a function that runs them, locks that a package hides are refused", () => {
  jest.isolateModules(() => {
    const { LockedEngine: Fresh } = require("../../src/socketio/locked-engine");
    expect(() => new Fresh().use(() => undefined)).toThrow("`io.engine.use` would be ignored");
  });
});

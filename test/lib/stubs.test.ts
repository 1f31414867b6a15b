import { once } from "node:events";
import { createServer, Server as HttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { watchListen } from "../../lambdas/listening";
import { uServer } from "../../lambdas/stubs/engine.io";
import { restoreServers } from "../support/node-servers";

jest.mock("engine.io", () => jest.requireActual("../../lambdas/stubs/engine.io"));
jest.mock("ws", () => jest.requireActual("../../lambdas/stubs/ws"));
jest.mock("cors", () => jest.requireActual("../../lambdas/stubs/cors"));
jest.mock("accepts", () => jest.requireActual("../../lambdas/stubs/accepts"));

import { Server } from "socket.io";

restoreServers();
beforeAll(watchListen);

test("a server attached to an HTTP server leaves its listening alone", async () => {
  const http = createServer();
  const listening = jest.fn();
  const io = new Server(http, { cors: { origin: "*" } });

  http.listen(3000, listening);
  await once(http, "listening");

  expect(listening).toHaveBeenCalledTimes(1);
  expect(http.listening).toBe(true);
  expect(http.address()).toMatchObject({ port: 3000 });
  await io.close();
  expect(http.listening).toBe(false);
});

test.each<[string, () => Server]>([
  ["new Server(port)", () => new Server(43117)],
  ["io.listen(port)", () => new Server().listen(43117)],
])("%s opens no port", async (_name, make) => {
  const io = make();
  await once(io.httpServer, "listening");
  expect(io.httpServer.address()).toMatchObject({ port: 43117 });
  expect(process.getActiveResourcesInfo()).not.toContain("TCPServerWrap");
  await io.close();
});

test("a server broadcasts in memory without prepared WebSocket frames", () => {
  const io = new Server();
  expect(() => io.emit("news", 1)).not.toThrow();
});

test("says what is not there", () => {
  expect(() => new uServer()).toThrow("connections are held by API Gateway");
});

const nothing = () => undefined;

function attachToPort() {
  // Socket.IO listens before its engine refuses, and then forgets the server that would have to be closed.
  const listen = jest.spyOn(HttpServer.prototype, "listen").mockReturnThis();
  try {
    new Server().attach(3000, { allowRequest: nothing });
  } finally {
    listen.mockRestore();
  }
}

test.each<[string, (io: Server) => unknown]>([
  ["io.engine.use", (io) => io.engine.use(nothing)],
  ['io.engine.on("connection")', (io) => io.engine.on("connection", nothing)],
  ["io.engine.generateId", (io) => (io.engine.generateId = () => "mine")],
  ['server.on("upgrade")', (io) => io.httpServer.on("upgrade", nothing)],
])("an application that calls %s does not load", (name, act) => {
  const io = new Server(createServer());
  expect(() => act(io)).toThrow(`\`${name}\` would be ignored, and the clients that it keeps out`);
});

test.each<[string, () => unknown]>([
  ["allowRequest", () => new Server(createServer(), { allowRequest: nothing })],
  ["allowRequest", () => attachToPort()],
  ["cors", () => new Server(createServer(), { cors: { origin: nothing } })],
  ['server.on("upgrade")', () => new Server(createServer().on("upgrade", nothing))],
  ["server.maxConnections", () => new Server(Object.assign(createServer(), { maxConnections: 9 }))],
  ["client certificates", () => new Server(createTlsServer({ requestCert: true }))],
])("an application with %s does not load", (name, make) => {
  expect(make).toThrow(`Cannot run the application: \`${name}\` would be ignored`);
});

test("events of the engine that keep no client out may be listened to", () => {
  const io = new Server(createServer());
  expect(() => io.engine.on("connection_error", nothing).on("headers", nothing)).not.toThrow();
});

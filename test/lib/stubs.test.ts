import { createServer } from "node:http";
import { attach, uServer } from "../../lambdas/stubs/engine.io";

jest.mock("engine.io", () => jest.requireActual("../../lambdas/stubs/engine.io"));
jest.mock("ws", () => jest.requireActual("../../lambdas/stubs/ws"));
jest.mock("cors", () => jest.requireActual("../../lambdas/stubs/cors"));
jest.mock("accepts", () => jest.requireActual("../../lambdas/stubs/accepts"));

import { Server } from "socket.io";

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 10));

test("a server attached to an HTTP server never listens", async () => {
  const http = createServer();
  const listening = jest.fn();
  const io = new Server(http, { cors: { origin: "*" } });

  http.listen(0, listening);
  await nextTurn();

  expect(http.listening).toBe(false);
  expect(listening).not.toHaveBeenCalled();
  await io.close();
});

test("a server given a port gives it up, even when it is taken", async () => {
  const first = new Server(43117);
  const second = new Server(43117);
  await nextTurn();

  expect(first.httpServer.listening).toBe(false);
  expect(second.httpServer.listening).toBe(false);
});

test("a server broadcasts in memory without prepared WebSocket frames", () => {
  const io = new Server();
  expect(() => io.emit("news", 1)).not.toThrow();
});

test("says what is not there", () => {
  expect(() => new uServer()).toThrow("connections are held by API Gateway");
  expect(() => attach(createServer()).handleUpgrade()).toThrow("Cannot use handleUpgrade");
});

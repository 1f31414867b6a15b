import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:net";
import {
  forgetListening,
  isReady,
  isToldToListen,
  toldToListen,
  watchListen,
} from "../../lambdas/listening";
import { restoreServers } from "../support/node-servers";

/** What `listen` is in a function that no client reaches by a port: all that it is under `node`, but for the port. */

restoreServers();
const nextTurn = () => new Promise(setImmediate);
const open: Server[] = [];
beforeAll(watchListen);
afterEach(() => {
  for (const server of open.splice(0)) server.close();
  forgetListening();
});

function create() {
  const server = createServer();
  open.push(server);
  return server;
}

test("the callback and the event come, and the address is the one that was asked for", async () => {
  const server = create();
  const heard: unknown[] = [];
  server.on("listening", () => heard.push("event"));
  expect(server.listening).toBe(false);
  server.listen(3000, () => heard.push("callback"));
  expect(isToldToListen(server)).toBe(true);
  expect(isReady(server)).toBe(false);
  await once(server, "listening");
  expect(heard).toEqual(["event", "callback"]);
  expect(server.listening).toBe(true);
  expect(server.address()).toEqual({ address: "::", family: "IPv6", port: 3000 });
  await nextTurn();
  expect(isReady(server)).toBe(true);
});

test.each<[string, unknown[], object]>([
  ["a host", [3000, "0.0.0.0"], { address: "0.0.0.0", family: "IPv4", port: 3000 }],
  ["a name", [3000, "localhost"], { address: "127.0.0.1", family: "IPv4", port: 3000 }],
  ["an unknown name", [3000, "no.such.host"], { address: "0.0.0.0", port: 3000 }],
  ["options", [{ port: "3000", host: "127.0.0.1" }], { address: "127.0.0.1", port: 3000 }],
  ["any port", [0], { port: expect.any(Number) }],
  ["nothing", [], { port: expect.any(Number) }],
])("%s is answered as under node, without a look at the network", async (_name, args, address) => {
  const server = create();
  server.listen(...(args as []));
  await once(server, "listening");
  expect(server.address()).toMatchObject(address);
  expect(process.getActiveResourcesInfo()).not.toContain("TCPServerWrap");
});

test("a path is its own address", async () => {
  const server = create().listen("/tmp/some.sock");
  await once(server, "listening");
  expect(server.address()).toBe("/tmp/some.sock");
});

test("what waits in the callback keeps the server from being ready", async () => {
  const server = create();
  const wait = new EventEmitter();
  server.listen(3000, () => once(wait, "over") as never);
  await once(server, "listening");
  await nextTurn();
  expect(isReady(server)).toBe(false);
  wait.emit("over");
  await nextTurn();
  expect(isReady(server)).toBe(true);
});

test("errors are those of node: a taken port, a bad one, one server that listens twice", async () => {
  const server = create().listen(3000);
  const [error] = await once(create().listen(3000), "error");
  expect(error).toMatchObject({ code: "EADDRINUSE", syscall: "listen", port: 3000 });
  expect(error.message).toBe("listen EADDRINUSE: address already in use :::3000");
  expect(() => create().listen(70_000)).toThrow(
    expect.objectContaining({ code: "ERR_SOCKET_BAD_PORT" }),
  );
  expect(() => server.listen(3001)).toThrow(
    expect.objectContaining({ code: "ERR_SERVER_ALREADY_LISTEN" }),
  );
});

test("a closed server says so and frees its port", async () => {
  const server = create().listen(3000);
  await once(server, "listening");
  server.close();
  await once(server, "close");
  expect(server.listening).toBe(false);
  await once(create().listen(3000), "listening");
});

test("a further copy of the application listens at the same port, and the servers before are forgotten", async () => {
  const before = create().listen(3000);
  await once(before, "listening");
  forgetListening();
  const after = create().listen(3000);
  await once(after, "listening");
  expect(toldToListen()).toEqual([after]);
});

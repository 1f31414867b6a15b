import { createServer, type Server as HttpServer, type RequestListener } from "node:http";
import { Server } from "socket.io";
import { forgetListening, watchListen } from "../../lambdas/listening";
import { createServerFinder, requestServer, watchOwnServers } from "../../lambdas/request-server";
import { restoreServers } from "../support/node-servers";

/** Which of an application's HTTP servers answers the requests that come to the function. */

jest.mock("engine.io", () => require("../../lambdas/stubs/engine.io"));

restoreServers();
const { attach } = Server.prototype;
let warned: jest.SpyInstance;
let port = 40_000;

beforeAll(() => {
  watchListen();
  watchOwnServers();
});
afterAll(() => {
  Server.prototype.attach = attach;
});
afterEach(() => jest.restoreAllMocks());
beforeEach(() => {
  warned = jest.spyOn(console, "warn").mockImplementation(() => undefined);
  forgetListening();
});

const answer = () => undefined;

/** A server that listens. */
function serve(listener?: RequestListener): HttpServer {
  return createServer(...(listener ? [listener] : [])).listen(port++);
}

function socketIoOn(server: HttpServer | number, serveClient = true): Server {
  return new Server(server, { serveClient });
}

test("the one of Socket.IO, although another listened first", () => {
  serve(answer);
  const server = serve(answer);
  expect(requestServer(socketIoOn(server))).toBe(server);
  expect(JSON.stringify(warned.mock.calls)).toContain("has 2 HTTP servers that answer requests");
});

test("the first that listens where Socket.IO has a port of its own", () => {
  const io = socketIoOn(port++);
  const server = serve(answer);
  expect(requestServer(io)).toBe(server);
  expect(warned).not.toHaveBeenCalled();
});

test("the one that Socket.IO makes where no other answers, for its client's script", () => {
  const io = socketIoOn(port++);
  expect(requestServer(io)).toBe(io.httpServer);
});

test("another than one to which Socket.IO alone answers", () => {
  const io = socketIoOn(serve());
  const server = serve(answer);
  expect(requestServer(io)).toBe(server);
  expect(warned).not.toHaveBeenCalled();
});

test("one whose listener comes after Socket.IO", () => {
  const server = serve();
  const io = socketIoOn(server);
  server.on("request", answer);
  serve(answer);
  expect(requestServer(io)).toBe(server);
});

test("either of two with the same listeners, as Fastify makes them, without a warning", () => {
  const first = serve(answer);
  serve(answer);
  expect(requestServer(socketIoOn(first, false))).toBe(first);
  expect(warned).not.toHaveBeenCalled();
});

test("none where no server answers or listens", () => {
  const io = socketIoOn(serve(), false);
  createServer(answer);
  expect(requestServer(io)).toBeUndefined();
});

test("one that listens later, for which the first request waits", async () => {
  const find = createServerFinder(socketIoOn(port++));
  const connecting = setTimeout(() => undefined, 60_000);
  const found = find();
  let isFound = false;
  void found.then(() => (isFound = true));
  // It has looked once, and found only the server that answers nothing.
  await new Promise(setImmediate);
  expect(isFound).toBe(false);
  const server = serve(answer);
  expect(await found).toBe(server);
  clearTimeout(connecting);
  expect(await find()).toBe(server);
});

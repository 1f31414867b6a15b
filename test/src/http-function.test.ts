import { createServer, type RequestListener, type Server } from "node:http";
import { Server as SocketIo } from "socket.io";
import { admit } from "../../src/functions/http/admission";
import type { HttpEvent, HttpResult } from "../../src/functions/http/events";
import { handleHttp } from "../../src/functions/http/handle-http";
import { httpEvent as event } from "../support/http-event";

/** A request to the function URL and the application's own HTTP server, without a platform in between. */

const io = new SocketIo();

function ask(listener: RequestListener, given: HttpEvent, ms = 60_000): Promise<HttpResult> {
  return askServer(createServer(listener), given, ms);
}

function askServer(server: Server | undefined, given: HttpEvent, ms = 60_000) {
  return handleHttp({ io, server }, given, Date.now() + ms);
}

describe("the lock", () => {
  const secret = "a secret of the stack";
  test.each([
    ["no header", {}, false],
    ["another secret", { "x-lambda-rooms-origin": "a guess" }, false],
    ["the secret", { "x-lambda-rooms-origin": secret }, true],
  ])("with %s", (_, headers, isLetIn) => {
    expect(admit(event("GET", "/", { headers }), secret) !== undefined).toBe(isLetIn);
  });

  test("without a secret lets every client in", () => {
    const asked = event("GET", "/");
    expect(admit(asked, undefined)).toBe(asked);
  });

  test("is hidden from the application", async () => {
    const headers = { "x-lambda-rooms-origin": secret, accept: "text/html" };
    const { body } = await ask(
      (request, response) => response.end(JSON.stringify(request.headers)),
      event("GET", "/", { headers }),
    );
    expect(Object.keys(JSON.parse(body)).sort()).toEqual(["accept", "connection", "host"]);
  });
});

test("an application without a server that answers gets a page that says so", async () => {
  expect(await askServer(undefined, event("GET", "/"))).toMatchObject({ statusCode: 404 });
});

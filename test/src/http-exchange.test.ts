import { createServer, type RequestListener } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttps } from "node:https";
import { gunzipSync, gzipSync } from "node:zlib";
import { Server as SocketIo } from "socket.io";
import type { HttpEvent, HttpResult } from "../../src/functions/http/events";
import { handleHttp } from "../../src/functions/http/handle-http";
import { watchListeners } from "../../src/functions/http/watch-listeners";
import { httpEvent } from "../support/http-event";
import { restoreServers } from "../support/node-servers";

/** What an answer and a request are on their way between a function URL and the application's HTTP server. */

restoreServers();
watchListeners();
const io = new SocketIo();
const ask = (listener: RequestListener, given: Partial<HttpEvent> & { method?: string } = {}) => {
  const { method = "GET", ...rest } = given;
  const server = createServer(listener);
  return handleHttp({ io, server }, httpEvent(method, "/", rest), Date.now() + 60_000);
};
const bytesOf = ({ body, isBase64Encoded }: HttpResult) =>
  Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
/** Every byte, so no text. */
const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const silent = () => jest.spyOn(console, "warn").mockImplementation(() => undefined);
const silentError = () => jest.spyOn(console, "error").mockImplementation(() => undefined);
afterEach(() => jest.restoreAllMocks());

describe("an answer", () => {
  test("in pieces is one", async () => {
    const result = await ask((_, response) => {
      response.write("one ");
      setImmediate(() => response.end("two"));
    });
    expect(result).toMatchObject({ statusCode: 200, body: "one two", isBase64Encoded: false });
    expect(result.headers).toEqual({});
  });

  test("of bytes travels in base64, also compressed text", async () => {
    const binary = await ask((_, response) => response.end(bytes));
    expect(bytesOf(binary).equals(bytes)).toBe(true);
    const compressed = await ask((_, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync("hello"));
    });
    expect(compressed.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(bytesOf(compressed)).toString()).toBe("hello");
  });

  test("keeps each cookie apart and joins what else comes more than once", async () => {
    const result = await ask((_, response) => {
      response.setHeader("set-cookie", [
        "a=1; Path=/",
        "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
      ]);
      response.setHeader("vary", ["accept", "cookie"]);
      response.end();
    });
    expect(result.cookies).toEqual(["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"]);
    expect(result.headers.vary).toBe("accept, cookie");
  });

  test.each([
    ["HEAD", 200],
    ["GET", 304],
    ["GET", 204],
  ])("to %s with %d has no body", async (method, status) => {
    const listener: RequestListener = (_, response) => {
      response.writeHead(
        status,
        status === 200 ? { "content-length": 5, etag: '"1"' } : { etag: '"1"' },
      );
      response.end(method === "HEAD" ? "hello" : undefined);
    };
    const result = await ask(listener, { method });
    expect(result).toMatchObject({ statusCode: status, body: "", headers: { etag: '"1"' } });
  });

  test("that is too large says so, in whichever form", async () => {
    silentError();
    const text = await ask((_, response) => response.end("x".repeat(6_300_000)));
    expect(text).toMatchObject({ statusCode: 500 });
    expect(text.body).toContain(
      "Cannot send an answer of 6.3 MB: a function answers with at most 6 MB of text or 4.5 MB of bytes",
    );
    const binary = await ask((_, response) => response.end(Buffer.alloc(4_800_000, 255)));
    expect(binary.body).toContain("4.8 MB");
    const fits = await ask((_, response) => response.end(Buffer.alloc(4_600_000, 255)));
    expect(bytesOf(fits).length).toBe(4_600_000);
  });

  test("without an end is ended at the deadline, and its client leaves", async () => {
    const warned = silent();
    let leave = () => undefined as unknown;
    const left = new Promise((resolve) => {
      leave = () => resolve(undefined);
    });
    const server = createServer((request, response) => {
      request.on("close", leave);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
    });
    const result = await handleHttp({ io, server }, httpEvent("GET", "/events"), Date.now() + 1500);
    expect(result).toMatchObject({ statusCode: 200, body: "data: 1\n\n" });
    expect(JSON.stringify(warned.mock.calls)).toContain("GET /events");
    await left;
  });

  test("that never begins is a 504, named by its route", async () => {
    const warned = silent();
    const server = createServer(() => undefined);
    const result = await handleHttp({ io, server }, httpEvent("GET", "/never"), Date.now() + 1200);
    expect(result).toMatchObject({ statusCode: 504 });
    expect(JSON.stringify(warned.mock.calls)).toContain("GET /never");
  });

  test("that the application cuts off is a 502", async () => {
    silentError();
    expect(await ask((request) => request.destroy())).toMatchObject({ statusCode: 502 });
    const half: RequestListener = (_, response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("half", () => response.destroy());
    };
    expect(await ask(half)).toMatchObject({ statusCode: 502 });
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("not today");
      },
    ],
    ["rejects", () => Promise.reject(new Error("not today"))],
  ])("of a listener that %s is a 500, logged with its route", async (_, listener) => {
    const logged = silentError();
    const result = await ask(listener);
    expect(result).toMatchObject({ statusCode: 500, body: "Internal Server Error" });
    const [[line]] = logged.mock.calls as [[{ route: string; error: string }]];
    expect(line.route).toBe("GET /");
    expect(line.error).toContain("not today");
  });

  test("waits for what an async listener does after it", async () => {
    let isDone = false;
    await ask(async (_, response) => {
      response.end();
      await new Promise((resolve) => setTimeout(resolve, 20));
      isDone = true;
    });
    expect(isDone).toBe(true);
  });
});

test.each([
  ["https", () => createHttps((request, response) => answerEncrypted(request, response))],
  [
    "http2 that allows HTTP/1.1",
    () =>
      createSecureServer({ allowHTTP1: true }, (request, response) =>
        answerEncrypted(request as never, response as never),
      ),
  ],
])("a server of %s answers too, and sees that its client is on TLS", async (_, make) => {
  const event = httpEvent("GET", "/");
  const result = await handleHttp({ io, server: make() as never }, event, Date.now() + 60_000);
  expect(result).toMatchObject({ statusCode: 200, body: "true" });
});

const answerEncrypted: RequestListener = ({ socket }, response) =>
  void response.end(String((socket as { encrypted?: boolean }).encrypted));

describe("a request", () => {
  const echo: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers, socket } = request;
      const body = Buffer.concat(chunks).toString("base64");
      const address = socket.remoteAddress;
      response.end(JSON.stringify({ method, url, headers, body, address }));
    });
  };
  const echoed = async (given: Parameters<typeof ask>[1]) =>
    JSON.parse((await ask(echo, given)).body);

  test("brings its bytes, and says how many", async () => {
    const body = bytes.toString("base64");
    const got = await echoed({ method: "POST", body, isBase64Encoded: true });
    expect(got).toMatchObject({ method: "POST", body, headers: { "content-length": "256" } });
    const text = await echoed({ method: "PUT", body: "grün" });
    expect(text.headers["content-length"]).toBe("5");
    const none = await echoed({ method: "POST", headers: { "transfer-encoding": "chunked" } });
    expect(none.headers).toMatchObject({ "content-length": "0" });
  });

  test("of three megabytes arrives whole", async () => {
    const body = Buffer.alloc(3_000_000, 7).toString("base64");
    const got = await echoed({ method: "POST", body, isBase64Encoded: true });
    expect(got.body === body).toBe(true);
  });

  test("keeps path and query as they came, and encodes what no request line can hold", async () => {
    const query = "a=1&a=2&b=%C3%BC+x";
    expect((await echoed({ rawPath: "/a%2Fb/%20", rawQueryString: query })).url).toBe(
      `/a%2Fb/%20?${query}`,
    );
    expect((await echoed({ rawPath: "/grün weg" })).url).toBe("/gr%C3%BCn%20weg");
  });

  test("brings cookies and headers of proxies, and the address of the client", async () => {
    const headers = { "x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https", host: "h" };
    const got = await echoed({ headers, cookies: ["a=1", "b=2"] });
    expect(got.headers).toMatchObject({ ...headers, cookie: "a=1; b=2" });
    expect(got.address).toBe("192.0.2.7");
  });

  test("that asks for an upgrade or for leave to send is a plain one", async () => {
    const headers = { upgrade: "websocket", connection: "upgrade", expect: "100-continue" };
    expect((await echoed({ method: "POST", headers, body: "x" })).body).toBe("eA==");
  });

  test("that HTTP does not allow is a 400", async () => {
    silent();
    expect(await ask(echo, { headers: { bad: "a\nb" } })).toMatchObject({ statusCode: 400 });
  });
});

import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { listen, stop } from "../../local/http";
import type { JsonObject } from "../../local/json";
import type { LambdaFunction } from "../../local/lambda/function";
import { createFunctionUrlServer } from "../../local/lambda/function-url";
import { urlEvent } from "../../local/lambda/url-event";

const servers: Server[] = [];
afterEach(() => Promise.all(servers.splice(0).map(stop)));

/** Asks a function URL whose function answers with a payload. */
async function ask(payload: JsonObject): Promise<Response> {
  const invoke = async () => ({ ok: true, payload: JSON.stringify(payload) });
  const target = { invoke } as unknown as LambdaFunction;
  const model = { logicalId: "Url", functionArn: "arn", authType: "NONE" } as const;
  const server = createFunctionUrlServer(() => ({ model, target, signatureSkewMs: 0 }));
  servers.push(server);
  return fetch(`http://127.0.0.1:${await listen(server, 0, "127.0.0.1")}/`);
}

test("some headers of an answer come under another name", async () => {
  const own = { date: "then", "www-authenticate": "Basic", connection: "x", "x-own": "kept" };
  const { headers } = await ask({ statusCode: 200, headers: own, body: "here" });
  expect(Object.fromEntries(headers)).toMatchObject({
    "x-amzn-remapped-date": "then",
    "x-amzn-remapped-www-authenticate": "Basic",
    "x-amzn-remapped-connection": "x",
    "x-own": "kept",
    "content-length": "4",
  });
  expect(headers.get("date")).not.toBe("then");
  expect(headers.has("www-authenticate")).toBe(false);
});

test("an IPv4 address has no prefix of IPv6", () => {
  const socket = { remoteAddress: "::ffff:192.0.2.7" };
  const incoming = { url: "/", socket, headers: { "x-forwarded-for": "198.51.100.1" } };
  expect(urlEvent(incoming as unknown as IncomingMessage, Buffer.alloc(0))).toMatchObject({
    headers: { "x-forwarded-for": "198.51.100.1, 192.0.2.7" },
    requestContext: { http: { sourceIp: "192.0.2.7" } },
  });
});

test("cookies, repeated headers and parameters reach the function as one text or list each", async () => {
  const events: JsonObject[] = [];
  const server = createServer((request, response) => {
    events.push(urlEvent(request, Buffer.alloc(0)));
    response.end();
  });
  servers.push(server);
  const port = await listen(server, 0, "127.0.0.1");
  const headers = { "x-own": ["1", "2"], cookie: ["a=1", "b=2"] };
  const sent = request({ host: "127.0.0.1", port, path: "/a%20b?x=1&x=2&y", headers }).end();
  await once(sent, "response");
  expect(events).toMatchObject([
    {
      ...{ rawPath: "/a%20b", rawQueryString: "x=1&x=2&y", cookies: ["a=1", "b=2"] },
      queryStringParameters: { x: "1,2", y: "" },
      headers: { "x-own": expect.stringMatching(/^1, ?2$/), "x-forwarded-proto": "https" },
    },
  ]);
});

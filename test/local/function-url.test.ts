import type { IncomingMessage, Server } from "node:http";
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
  const request = { url: "/", socket, headers: { "x-forwarded-for": "198.51.100.1" } };
  expect(urlEvent(request as unknown as IncomingMessage, Buffer.alloc(0))).toMatchObject({
    headers: { "x-forwarded-for": "198.51.100.1, 192.0.2.7" },
    requestContext: { http: { sourceIp: "192.0.2.7" } },
  });
});

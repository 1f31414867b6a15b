import { withClientOf } from "../../src/functions/http/behind-site";
import { admit, type ConnectRules } from "../../src/gateway/handshake";

const secret = "a secret of the site";
const through = {
  "X-Lambda-Rooms-Origin": secret,
  "x-lambda-rooms-address": "203.0.113.7",
  "x-lambda-rooms-path": "/socket.io/",
  "x-forwarded-host": "chat.example.com",
  host: "abc.execute-api.us-east-1.amazonaws.com",
  "x-forwarded-for": "203.0.113.7, 192.0.2.1",
};

function handshakeOf(headers: Record<string, string>, rules: ConnectRules) {
  const decision = admit(
    {
      headers,
      queryStringParameters: { EIO: "4", transport: "websocket" },
      requestContext: {
        ...{ connectionId: "c", connectedAt: 1, stage: "prod" },
        identity: { sourceIp: "192.0.2.1" },
      },
    },
    rules,
  );
  return decision.ok ? decision.connection.handshake : decision;
}

describe("a handshake through the site", () => {
  test("has the client's address, host and path, and hides the secret from the application", () => {
    const handshake = handshakeOf(through, { originSecret: secret });
    expect(handshake).toMatchObject({
      address: "203.0.113.7",
      url: "/socket.io/?EIO=4&transport=websocket",
    });
    expect("headers" in handshake && handshake.headers).toEqual({
      host: "chat.example.com",
      "x-forwarded-host": "chat.example.com",
      "x-forwarded-for": "203.0.113.7",
    });
  });

  test.each([
    ["without the secret", { ...through, "X-Lambda-Rooms-Origin": "" }],
    ["with another", { ...through, "X-Lambda-Rooms-Origin": "a secret of another" }],
  ])("%s its headers count for nothing", (_, headers) => {
    const handshake = handshakeOf(headers, { originSecret: secret });
    expect(handshake).toMatchObject({
      address: "192.0.2.1",
      url: "/prod/?EIO=4&transport=websocket",
      headers: { host: "abc.execute-api.us-east-1.amazonaws.com" },
    });
  });

  test("counts for nothing either where there is no site", () => {
    expect(handshakeOf({ ...through, "X-Lambda-Rooms-Origin": "" }, {})).toMatchObject({
      address: "192.0.2.1",
    });
  });
});

test("with siteOnly a client that comes past the site is refused", () => {
  const rules = { originSecret: secret, siteOnly: true };
  expect(handshakeOf({ host: "x" }, rules)).toMatchObject({ ok: false, statusCode: 403 });
  expect(handshakeOf(through, rules)).toMatchObject({ address: "203.0.113.7" });
});

test("an HTTP request through the site has the client's host and address", () => {
  const event = withClientOf({
    rawPath: "/a",
    headers: { ...through, host: "x.lambda-url.us-east-1.on.aws" },
    requestContext: { http: { method: "GET", sourceIp: "192.0.2.1" } },
  });
  expect(event.requestContext.http).toEqual({ method: "GET", sourceIp: "203.0.113.7" });
  expect(event.headers).toMatchObject({
    host: "chat.example.com",
    "x-forwarded-for": "203.0.113.7",
  });
  expect(event.headers).not.toHaveProperty("x-lambda-rooms-address");
});

import { once } from "node:events";
import { createServer, type RequestListener, request, type Server } from "node:http";
import { CloudFront, type Origins } from "../../local/cloudfront/cloudfront";
import { EdgeFunction } from "../../local/cloudfront/edge-function";
import type { BehaviourModel, DistributionModel } from "../../local/cloudfront/model";
import { matchesPattern } from "../../local/cloudfront/path-pattern";
import { listen, stop } from "../../local/http";
import type { Json, JsonObject } from "../../local/json";
import { readAssembly } from "../../local/template/assembly";
import { readModel } from "../../local/template/read-model";
import { removeAssemblies, writeAssembly } from "./support/assembly";

const all = { kind: "all" } as const;
const behaviour: BehaviourModel = {
  ...{ pattern: "*", originId: "o", methods: ["GET", "HEAD", "POST"] },
  ...{ viewerRequest: undefined, viewerResponse: undefined },
  ...{ headers: { kind: "except", names: ["host"] }, cookies: all, queries: all },
};
const edge = (code: string) => ({ logicalId: "Edge", code });

interface Seen {
  url: string;
  headers: Readonly<Record<string, readonly string[]>>;
}
afterAll(removeAssemblies);
const servers: Server[] = [];
const warnings: string[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(stop));
  warnings.length = 0;
});

/** A distribution before an origin that keeps what it sees. */
async function start(...behaviours: Partial<BehaviourModel>[]) {
  const seen: Seen[] = [];
  const origin = { id: "o", domain: "origin.test", path: "/base", headers: { "x-key": "secret" } };
  const model: DistributionModel = {
    ...{ logicalId: "D", id: "D", arn: "arn:d", domain: "d.test", defaultRootObject: undefined },
    behaviours: [...behaviours.map((one) => ({ ...behaviour, ...one })), behaviour],
    origins: new Map([["o", { ...origin, isSigned: false, timeoutMs: 1000 }]]),
  };
  const origins: Origins = {
    answer: async (_, { url, headers }) => {
      seen.push({ url, headers });
      const own = { "content-type": "text/plain", vary: ["a", "b"] };
      return { status: 200, headers: own, body: Buffer.from("here") };
    },
    upgrade: () => false,
  };
  const cloudFront = new CloudFront(model, origins, (text) => warnings.push(text));
  const listener: RequestListener = (request, response) =>
    void cloudFront.answer(request, response);
  const server = createServer({ maxHeaderSize: 65_536 }, listener);
  servers.push(server);
  const port = await listen(server, 0, "127.0.0.1");
  return {
    port,
    seen,
    get: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init),
  };
}

test("patterns: `*` holds slashes too, `?` one character, and case counts", () => {
  expect(matchesPattern("/js/*.js", "/js/a/b.js")).toBe(true);
  expect(matchesPattern("js/?.js", "/js/ab.js")).toBe(false);
  expect(matchesPattern("/A", "/a")).toBe(false);
  expect(matchesPattern("/socket.io/", "/socketxio/")).toBe(false);
});

test("the first behaviour that matches answers, and the origin's path comes before the client's", async () => {
  const { seen, get } = await start(
    { pattern: "/a", queries: { kind: "none" } },
    { pattern: "/*" },
  );
  await get("/a?x=1");
  await get("/b?x=1&y=%20");
  expect(seen.map(({ url }) => url)).toEqual(["/base/a", "/base/b?x=1&y=%20"]);
});

test("the host is the origin's, the secret replaces the client's text, the address is added", async () => {
  const { seen, get } = await start();
  await get("/", { headers: { "x-key": "forged", "x-own": "1", cookie: "a=1; b=2" } });
  expect(seen[0]?.headers).toMatchObject({
    host: ["origin.test"],
    "x-key": ["secret"],
    "x-own": ["1"],
    cookie: ["a=1; b=2"],
    "x-forwarded-for": ["127.0.0.1"],
  });
  expect(seen[0]?.headers).not.toHaveProperty("connection");
  expect(seen[0]?.headers.via).toEqual([expect.stringMatching(/^2\.0 \S+ \(CloudFront\)$/)]);
  expect(seen[0]?.headers["x-amz-cf-id"]).toEqual([expect.stringMatching(/^\S+$/)]);
});

test("without a policy no header, cookie or query of the client goes on", async () => {
  const none = { kind: "none" } as const;
  const { seen, get } = await start({ pattern: "/s", headers: none, cookies: none, queries: none });
  await get("/s?x=1", { headers: { "x-own": "1", cookie: "a=1" } });
  expect(seen[0]?.url).toBe("/base/s");
  expect(seen[0]?.headers).not.toHaveProperty("x-own");
  expect(seen[0]?.headers).not.toHaveProperty("cookie");
  expect(seen[0]?.headers["user-agent"]).toEqual(["Amazon CloudFront"]);
});

test("other methods are 403, long URLs 414, large headers 494, and none reaches the origin", async () => {
  const { seen, get } = await start();
  expect((await get("/", { method: "DELETE" })).status).toBe(403);
  expect((await get(`/${"a".repeat(8_200)}`)).status).toBe(414);
  expect((await get("/", { headers: { "x-own": "a".repeat(20_500) } })).status).toBe(494);
  expect(seen).toEqual([]);
});

test.each([
  ["POST", 200],
  ["GET", 403],
  ["HEAD", 403],
])("a %s with a body is answered with %i", async (method, status) => {
  const { port, seen } = await start();
  const headers = { "content-length": 1 };
  const sent = request({ host: "127.0.0.1", port, method, headers }).end("x");
  const [{ statusCode }] = await once(sent, "response");
  sent.destroy();
  expect([statusCode, seen.length]).toEqual([status, status === 200 ? 1 : 0]);
});

test("a function changes path and headers before the origin, or answers itself", async () => {
  const code = `function handler(event) {
    var request = event.request;
    if (request.querystring.no) return { statusCode: 418, body: { encoding: 'text', data: event.viewer.ip } };
    request.headers['x-address'] = { value: event.viewer.ip };
    request.uri = '/other';
    return request;
  }`;
  const { seen, get } = await start({ pattern: "/*", viewerRequest: edge(code) });
  await get("/a?x=1&x=2&e", { headers: { "x-address": "forged" } });
  expect(seen[0]).toMatchObject({ url: "/base/other?x=1&x=2&e" });
  expect(seen[0]?.headers["x-address"]).toEqual(["127.0.0.1"]);
  const answer = await get("/a?no=1");
  expect([answer.status, await answer.text()]).toEqual([418, "127.0.0.1"]);
  expect(answer.headers.get("x-cache")).toBe("FunctionGeneratedResponse from cloudfront");
  expect(seen).toHaveLength(1);
});

test("a function before the client changes headers of the answer", async () => {
  const code =
    "function handler(e) { e.response.headers['content-type'].value += ';x'; return e.response; }";
  const { get } = await start({ pattern: "/*", viewerResponse: edge(code) });
  const { headers } = await get("/a");
  expect(headers.get("content-type")).toBe("text/plain;x");
  expect(headers.get("vary")).toBe("a, b");
});

test("a function that answers itself may repeat a header", async () => {
  const code = `function handler() {
    var multiValue = [{ value: 'a=1' }, { value: 'b=2' }];
    return { statusCode: 200, headers: { 'set-cookie': { value: 'a=1', multiValue: multiValue } } };
  }`;
  const { get } = await start({ pattern: "/*", viewerRequest: edge(code) });
  expect((await get("/")).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

describe("the distribution of a template", () => {
  const behaviour = { TargetOriginId: "o", CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6" };
  const associated = (FunctionARN: Json) => ({
    ...behaviour,
    FunctionAssociations: [{ EventType: "viewer-request", FunctionARN }],
  });
  const read = (fallback: JsonObject, ...others: JsonObject[]) => {
    const DistributionConfig = {
      DefaultCacheBehavior: fallback,
      CacheBehaviors: others.map((each, index) => ({ ...each, PathPattern: `/${index}` })),
      Origins: [{ Id: "o", DomainName: "origin.test" }],
    };
    const directory = writeAssembly({
      resources: {
        Site: { Type: "AWS::CloudFront::Distribution", Properties: { DistributionConfig } },
        Edge: {
          Type: "AWS::CloudFront::Function",
          Properties: { FunctionCode: "function handler(e) { return e.request; }" },
        },
      },
    });
    const endpoints = { sqsUrl: "http://127.0.0.1:9000", functionUrls: {} };
    return readModel(readAssembly(directory), endpoints).distribution!;
  };
  const known = { "Fn::GetAtt": ["Edge", "FunctionARN"] };

  test("may name a function for several behaviours", () => {
    const { behaviours } = read(associated(known), associated(known), behaviour);
    expect(behaviours.map(({ viewerRequest }) => viewerRequest?.logicalId)).toEqual([
      "Edge",
      undefined,
      "Edge",
    ]);
  });

  test("is refused where it names a function that the template has not", () => {
    expect(() => read(associated("arn:aws:cloudfront::1:function/other"))).toThrow(
      "Cannot read Site: expected a function of the template, got arn:aws:cloudfront::1:function/other",
    );
  });
});

test.each([
  ["throws", "function handler() { throw new Error('no'); }", 503],
  [
    "changes the host",
    "function handler(e) { e.request.headers.host.value = 'x'; return e.request; }",
    502,
  ],
  [
    "writes a forbidden header",
    "function handler(e) { e.request.headers['x-real-ip'] = { value: '1' }; return e.request; }",
    502,
  ],
  ["gives nothing back", "function handler() {}", 502],
  ["asks for the network", "function handler(e) { fetch('http://a'); return e.request; }", 503],
  ["asks for modules", "function handler(e) { require('fs'); return e.request; }", 503],
  ["makes code of texts", "function handler(e) { return eval('e.request'); }", 503],
  ["never ends", "function handler() { for (;;) {} }", 503],
])("a function that %s fails, and the origin sees nothing", async (_, code, status) => {
  const { seen, get } = await start({ pattern: "/*", viewerRequest: edge(code) });
  expect((await get("/")).status).toBe(status);
  expect(seen).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/^CloudFront Function Edge failed: /)]);
});

test("code of more than 10 KB, and of later versions of the language, is refused at the start", () => {
  const large = `function handler() { return '${"a".repeat(10_240)}'; }`;
  expect(() => new EdgeFunction(edge(large))).toThrow("expected at most 10240 bytes of code");
  expect(() => new EdgeFunction(edge("class A {}"))).toThrow("expected ECMAScript 5.1");
});

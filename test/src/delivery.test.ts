import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { Connections } from "../../src/delivery/connections";
import { fanOut } from "../../src/delivery/fan-out";
import { ManagementDelivery } from "../../src/delivery/management-delivery";
import { Poster } from "../../src/delivery/poster";
import { type Delivery, MAX_MESSAGE_BYTES, type Member, type Outcome } from "../../src/ports";
import { createFrame } from "../../src/wire/frame";

/** A management API that answers as it is told. */
const requests: { method: string; url: string; body: string; headers: NodeJS.Dict<unknown> }[] = [];
let answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void;
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const { method = "", url = "", headers } = request;
  requests.push({ method, url, body, headers });
  answer(request, response, requests.length);
});
let delivery: Delivery;
const sockets = new Set<unknown>();
server.on("connection", (socket) => sockets.add(socket));

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prod`;
  const credentials = { accessKeyId: "A", secretAccessKey: "S", sessionToken: "T" };
  const poster = new Poster({
    endpoint,
    region: "eu-west-1",
    credentials: () => credentials,
    timeoutMs: 200,
  });
  const client = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials });
  delivery = new ManagementDelivery(poster, async () => new Connections(client));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests.length = 0;
});

const status = (...statuses: number[]) => {
  answer = (_, response, nth) => {
    response.statusCode = statuses[Math.min(nth, statuses.length) - 1] as number;
    response.end();
  };
};
const hello = createFrame("hé");

test("posts a frame as UTF-8, signed, to the encoded connection id", async () => {
  status(200);
  expect(await delivery.send("U43EnUabp7dwh7M=", [hello])).toBe("delivered");
  expect(requests).toMatchObject([
    {
      method: "POST",
      url: "/prod/@connections/U43EnUabp7dwh7M%3D",
      body: "hé",
      headers: {
        "content-length": "3",
        "x-amz-security-token": "T",
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=A\/\d{8}\/eu-west-1\/execute-api\/aws4_request, /,
        ),
      },
    },
  ]);
});

test.each<[string, number[], Outcome, number]>([
  ["410 is gone, at once", [410], "gone", 1],
  ["429 is tried again", [429, 429, 200], "delivered", 3],
  ["429 without end is throttled", [429], "throttled", 6],
  ["a server error is tried again", [500, 200], "delivered", 2],
  ["a server error without end has failed", [503], "failed", 6],
  ["a refusal is not tried again", [403], "failed", 1],
])("%s", async (_, statuses, outcome, tries) => {
  status(...statuses);
  expect(await delivery.send("a=", [hello])).toBe(outcome);
  expect(requests).toHaveLength(tries);
});

test("a lost connection and a lost answer are tried again", async () => {
  answer = (request, response, nth) => {
    if (nth === 1) request.socket.destroy();
    else if (nth > 2) response.end();
  };
  expect(await delivery.send("a=", [hello])).toBe("delivered");
  expect(requests).toHaveLength(3);
});

test("a message above 128 KB is not even posted", async () => {
  status(200);
  const large = createFrame("x".repeat(MAX_MESSAGE_BYTES + 1));
  expect(await delivery.send("a=", [large])).toBe("failed");
  expect(requests).toEqual([]);
});

test("frames of one connection go one after the other, and none after a failure", async () => {
  status(200, 410);
  const frames = ["1", "2", "3"].map(createFrame);
  expect(await delivery.send("a=", frames)).toBe("gone");
  expect(requests.map(({ body }) => body)).toEqual(["1", "2"]);
});

test("posts share their connections", async () => {
  status(200);
  sockets.clear();
  for (let i = 0; i < 20; i++) await delivery.send("a=", [hello]);
  expect(sockets.size).toBeLessThanOrEqual(1);
});

test("while the upgrade is completed, 410 means not yet", async () => {
  status(410, 410, 200);
  expect(await delivery.send("a=", [hello], { awaitUpgrade: true })).toBe("delivered");
  expect(requests).toHaveLength(3);
});

test("asks for and closes connections, gone ones included", async () => {
  status(200);
  answer = (_, response) => response.end("{}");
  expect(await delivery.reachable("a=")).toBe(true);
  await delivery.close("a=");
  status(410);
  expect(await delivery.reachable("a=")).toBe(false);
  await delivery.close("a=");
  expect(requests.map(({ method }) => method)).toEqual(["GET", "DELETE", "GET", "DELETE"]);
});

describe("fan-out", () => {
  const member = (n: number, protocol: Member["protocol"] = "socket.io"): Member => ({
    socketId: `s${n}`,
    connectionId: `c${n}`,
    protocol,
  });

  test("starts before the second page is read, bounds concurrency, and counts outcomes", async () => {
    let running = 0;
    let most = 0;
    const log: string[] = [];
    const fake = {
      send: async (id: string): Promise<Outcome> => {
        most = Math.max(most, ++running);
        log.push(id);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return id === "c3" ? "gone" : id === "c4" ? "failed" : "delivered";
      },
    } as unknown as Delivery;
    async function* pages() {
      yield Array.from({ length: 300 }, (_, n) => member(n));
      log.push("second page");
      yield [member(300, "json")];
    }
    const gone: string[] = [];
    const encoded: string[] = [];
    const receipt = await fanOut(fake, {
      pages: pages(),
      frames: (protocol) => {
        encoded.push(protocol);
        return [];
      },
      onGone: ({ socketId }) => gone.push(socketId),
    });
    expect(receipt).toEqual({ delivered: 299, gone: 1, throttled: 0, failed: 1 });
    expect(gone).toEqual(["s3"]);
    expect(log.indexOf("second page")).toBeGreaterThan(100);
    expect(most).toBeLessThanOrEqual(512);
    expect(most).toBeGreaterThan(200);
    expect(encoded).toEqual(["socket.io", "json"]);
  });
});

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { SignatureV4 } from "@smithy/signature-v4";
import { SignedTransport } from "../../../src/aws/signed-transport";
import { SdkHash } from "../../support/sdk-hash";

interface Seen {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

let secret = "one";

async function connect(server: Server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const transport = new SignedTransport({
    endpoint: `http://127.0.0.1:${port}`,
    ...{ region: "eu-west-1", service: "dynamodb", target: "DynamoDB_20120810" },
    credentials: () => ({ accessKeyId: "key", secretAccessKey: secret, sessionToken: "token" }),
  });
  closing.push(() => {
    transport.close();
    server.close();
  });
  return transport;
}

function echo(seen: Seen[]): Server {
  return createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const body = Buffer.concat(pieces).toString();
      seen.push({ headers: request.headers, body });
      response.end(body);
    });
  });
}

async function signedByAws({ headers, body }: Seen): Promise<string | undefined> {
  const signer = new SignatureV4({
    credentials: { accessKeyId: "key", secretAccessKey: secret, sessionToken: "token" },
    ...{ region: "eu-west-1", service: "dynamodb", sha256: SdkHash },
  });
  const at = String(headers["x-amz-date"]);
  const signingDate = new Date(
    at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  const names = ["content-type", "host", "x-amz-target"];
  const signed = await signer.sign(
    {
      ...{ method: "POST", protocol: "http:", hostname: "x", path: "/", body },
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
    },
    // This header AWS's signer adds, and its services do not need.
    { signingDate, unsignableHeaders: new Set(["x-amz-content-sha256"]) },
  );
  return signed.headers.authorization;
}

test("a request is signed as AWS's own signer signs it, also with new keys", async () => {
  const seen: Seen[] = [];
  const transport = await connect(echo(seen));
  for (const key of ["one", "two"]) {
    secret = key;
    // Keys are read again each second.
    const now = jest.spyOn(Date, "now").mockReturnValue(1_800_000_000_000 + 5000 * seen.length);
    const answer = await transport.send("GetItem", '{"Key":"h\u00e9 \u2192"}');
    now.mockRestore();
    expect(answer).toMatchObject({ status: 200, body: '{"Key":"h\u00e9 \u2192"}' });
    const last = seen.at(-1) as Seen;
    expect(last.headers).toMatchObject({
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.GetItem",
      "x-amz-security-token": "token",
    });
    expect(last.headers.authorization).toBe(await signedByAws(last));
  }
});

test("many requests at once, small and large, each get their own answer", async () => {
  const transport = await connect(echo([]));
  const bodies = Array.from({ length: 200 }, (_, n) =>
    JSON.stringify({ n, text: "\u00e9".repeat(n * n) }),
  );
  const answers = await Promise.all(bodies.map((body) => transport.send("PutItem", body)));
  expect(answers.map((answer) => "body" in answer && answer.body)).toEqual(bodies);
});

test("a service that breaks off tells so", async () => {
  const server = createTcpServer((socket) => socket.once("data", () => socket.destroy()));
  const transport = await connect(server);
  const answer = await transport.send("GetItem", "{}");
  expect(answer).toEqual({ lost: expect.stringContaining("No answer to GetItem from 127.0.0.1:") });
});

test("where its answers are not understood, Node's own client takes over", async () => {
  // Two equal heads of one kind are no HTTP that this client reads; Node's parser takes the obsolete folding.
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () =>
      socket.write(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
      ),
    );
  });
  const transport = await connect(server);
  const answers: unknown[] = [];
  for (let n = 0; n < 4; n++) answers.push(await transport.send("GetItem", "{}"));
  expect(answers.slice(0, 3)).toEqual(
    Array(3).fill({ lost: expect.stringContaining("It is not HTTP/1.1") }),
  );
  expect(answers[3]).toMatchObject({ status: 200, body: "{}" });
});

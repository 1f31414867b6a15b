import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Ending } from "../../../../src/aws/http/connection";
import { Pool, type PoolOptions } from "../../../../src/aws/http/pool";

/** The client against servers that behave as no server should. */

type Behaviour = (socket: Socket, request: string, nth: number) => unknown;
let behave: Behaviour;
let connections = 0;
const open = new Set<Socket>();
const server = createServer((socket) => {
  connections++;
  open.add(socket);
  socket.on("close", () => open.delete(socket)).on("error", () => {});
  let received = "";
  let nth = 0;
  socket.on("data", (bytes) => {
    received += bytes;
    for (;;) {
      const [, head, length] = /^([\s\S]*?content-length: (\d+)\r\n\r\n)/.exec(received) ?? [];
      const end = (head?.length ?? 0) + Number(length);
      if (head === undefined || received.length < end) return;
      behave(socket, received.slice(0, end), ++nth);
      received = received.slice(end);
    }
  });
});

let pool: Pool;
const start = (options: PoolOptions = {}) => {
  const { port } = server.address() as AddressInfo;
  pool = new Pool({ host: "127.0.0.1", port, tls: false }, { timeoutMs: 60_000, ...options });
};
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
beforeEach(() => {
  connections = 0;
  start();
});
afterEach(() => {
  pool.close();
  for (const socket of open) socket.destroy();
});
afterAll(() => void server.close());

const request = (body = "hi") =>
  Buffer.from(`POST / HTTP/1.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
const send = (body?: string) =>
  new Promise<Ending>((resolve) => pool.send({ request: () => request(body), done: resolve }));
const statusOf = (ending: Ending) => (typeof ending === "object" ? ending.status : ending);
const answer = (status = 200, more = "") =>
  `HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n${more}\r\n`;

test("keeps a connection for the next request", async () => {
  behave = (socket) => socket.write(answer());
  for (let n = 0; n < 5; n++) expect(statusOf(await send())).toBe(200);
  expect(connections).toBe(1);
});

test("opens as many as pay, and no more than it may", async () => {
  behave = (socket) => setTimeout(() => socket.write(answer()), 5);
  const endings = await Promise.all(Array.from({ length: 300 }, () => send()));
  expect(new Set(endings.map(statusOf))).toEqual(new Set([200]));
  expect(connections).toBeGreaterThan(10);
  expect(connections).toBeLessThan(100);
  pool.close();
  start({ maxConnections: 3 });
  connections = 0;
  await Promise.all(Array.from({ length: 50 }, () => send()));
  expect(connections).toBeLessThanOrEqual(3);
});

test("answers in pieces, joined or slow, go to their requests", async () => {
  behave = async (socket, body) => {
    for (const letter of answer(200 + Number(body.at(-1)))) {
      socket.write(letter);
      await new Promise(setImmediate);
    }
  };
  const endings = await Promise.all(["1", "2", "3"].map(send));
  expect(endings.map(statusOf)).toEqual([201, 202, 203]);
});

const broken: Record<string, Behaviour> = {
  "a reset": (socket) => socket.resetAndDestroy(),
  "a close without an answer": (socket) => socket.end(),
  "half an answer": (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Le"),
  "half a body": (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"),
  silence: () => {},
};
test.each(Object.entries(broken))(
  "%s breaks one request, and the next one works",
  async (_, first) => {
    pool.close();
    start({ timeoutMs: 400 });
    behave = (socket, text, nth) =>
      connections === 1 ? first(socket, text, nth) : socket.write(answer());
    expect(await send()).toBe("broken");
    expect(statusOf(await send())).toBe(200);
  },
);

test("a slow peer delays no other", async () => {
  behave = (socket, text) => {
    if (!text.endsWith("slow")) socket.write(answer());
  };
  const slow = send("slow");
  const others = await Promise.all(Array.from({ length: 100 }, () => send()));
  expect(others.map(statusOf)).toEqual(Array(100).fill(200));
  // Had they waited for it, they would have waited for a minute.
  pool.close();
  expect(await slow).toBe("broken");
});

test("an answer that came while the process stood still is read, and not too late", async () => {
  pool.close();
  start({ timeoutMs: 400 });
  behave = (socket) => {
    socket.write(answer());
    const end = performance.now() + 700;
    while (performance.now() < end);
  };
  expect(statusOf(await send())).toBe(200);
});

test("an early answer, and one without a request, are not taken for the next request's", async () => {
  behave = (socket) => socket.write(answer(200) + answer(500));
  const endings = [statusOf(await send()), statusOf(await send())];
  // Whether both pieces come together is chance; 500 answered no request.
  for (const ending of endings) expect(["unintelligible", 200]).toContain(ending);
});

test("a request after `connection: close` takes another connection", async () => {
  behave = (socket) => socket.write(answer(200, "Connection: close\r\n"));
  expect([statusOf(await send()), statusOf(await send())]).toEqual([200, 200]);
  expect(connections).toBe(2);
});

test("a connection that has been idle for long is not used again", async () => {
  pool.close();
  start({ idleMs: 30 });
  behave = (socket) => socket.write(answer());
  await send();
  await new Promise((resolve) => setTimeout(resolve, 60));
  await send();
  expect(connections).toBe(2);
});

test("a connection to a closed port breaks at once", async () => {
  pool = new Pool({ host: "127.0.0.1", port: 1, tls: false });
  const endings = await Promise.all([send(), send(), send()]);
  expect(endings).toEqual(["broken", "broken", "broken"]);
});

test("against a server that behaves by chance every request ends once", async () => {
  const ways: Behaviour[] = [
    ...Object.values(broken).slice(0, 4),
    ...Array<Behaviour>(8).fill((socket) => socket.write(answer())),
    (socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n`),
    (socket) => socket.write("nonsense\r\n\r\n"),
    (socket) => socket.end(answer()),
    (socket) => socket.write(answer(429)),
  ];
  behave = (socket, text, nth) =>
    (ways[Math.floor(Math.random() * ways.length)] as Behaviour)(socket, text, nth);
  const ended = Array(2000).fill(0);
  await Promise.all(
    ended.map(
      (_, index) =>
        new Promise<void>((resolve) =>
          pool.send({
            request: () => request(String(index)),
            done() {
              ended[index]++;
              resolve();
            },
          }),
        ),
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(new Set(ended)).toEqual(new Set([1]));
});

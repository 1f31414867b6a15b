import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { chromium } from "playwright-core";
import { bundleLibraries } from "../../lib/bundle-library";
import * as parser from "../../parser";
import { assembly, listen, TestStack, waitFor } from "../support/clients";

/** Stock clients with the single-frame parser, in Node and in a browser. */

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start(assembly("ASSEMBLY"), { freshContainers: true });
});
afterAll(() => stack.close());

const connect = (options: object = {}) =>
  stack.connect("/", { parser: parser as never, ...options });

test("bytes go both ways among plain events, in order", async () => {
  const client = await connect();
  const heard = listen(client);
  const sent: unknown[][] = [];
  for (let n = 0; n < 20; n++)
    sent.push(n % 2 ? [n, Buffer.from([n]), { deep: [Buffer.from("x")] }] : [n]);
  const emits = sent.map((args) =>
    client.emitWithAck("emit", { via: "self", event: "back", args }),
  );
  await Promise.all(emits);
  await waitFor(() => heard.length === sent.length);
  expect(heard).toEqual(sent.map((args) => ["back", ...args]));
});

test("acks hold bytes, asked by either end", async () => {
  const client = await connect();
  expect(await client.emitWithAck("echo", Buffer.from([1, 2]))).toEqual(Buffer.from([1, 2]));
  client.on("question", (_, answer) => answer({ deep: Buffer.from([7, 9]) }));
  expect(await client.emitWithAck("ask me", "?")).toEqual({ deep: Buffer.from([7, 9]) });
});

test("acks of the default parser hold bytes too, past the handler that waits for them", async () => {
  const client = await stack.connect("/", { forceBase64: true } as never);
  client.on("question", (_, answer) => answer({ deep: [Buffer.from([7]), Buffer.from([9])] }));
  for (let n = 0; n < 3; n++) {
    const echoed = client.emitWithAck("echo", Buffer.from([n]));
    const answer = await client.emitWithAck("ask me", "?");
    expect(answer).toEqual({ deep: [Buffer.from([7]), Buffer.from([9])] });
    expect(await echoed).toEqual(Buffer.from([n]));
  }
});

test("meets clients of the default parser and JSON clients", async () => {
  const single = await connect();
  const stock = await stack.connect("/", { forceBase64: true } as never);
  const json = await stack.plain();
  const all = [listen(single), listen(stock)] as const;
  for (const socket of [single, stock]) await socket.emitWithAck("join", ["r"]);
  await json.act({ action: "join", room: "r" });
  for (const socket of [single, stock]) {
    await socket.emitWithAck("emit", {
      via: "io",
      to: ["r"],
      event: "hi",
      args: [Buffer.from([5])],
    });
  }
  await waitFor(() => json.messages.filter(({ event }) => event === "hi").length === 2);
  const hi = ["hi", Buffer.from([5])];
  await waitFor(() => all.every((heard) => heard.length === 2));
  expect(all).toEqual([
    [hi, hi],
    [hi, hi],
  ]);
  expect(json.messages.at(-1)).toMatchObject({ args: [{ base64: "BQ==" }] });
});

test("may be told by the handshake", async () => {
  const client = await connect({ query: { parser: "single" } });
  expect(await client.emitWithAck("echo", Buffer.from([3]))).toEqual(Buffer.from([3]));
});

test("a default client that switches parsers in the middle is cut off", async () => {
  const client = await stack.connect();
  const ended = new Promise((resolve) => client.once("disconnect", resolve));
  client.io.engine.write('2~["echo",1]' as never);
  expect(await ended).toBe("transport close");
});

const CHROMIUM = "/usr/bin/chromium";
const inBrowser = existsSync(CHROMIUM) ? test : test.skip;

inBrowser(
  "keeps order in a browser, where the default parser cannot send text only",
  async () => {
    const script = bundleLibraries(
      path.join(process.env.TEST_ASSEMBLIES as string, "libraries"),
    ).find(({ path: file }) => file.endsWith("parser.js"));
    const client = path.join(
      path.dirname(require.resolve("socket.io-client/package.json")),
      "dist/socket.io.min.js",
    );
    const page = `<script>${readFileSync(client, "utf8")}</script><script>${readFileSync(script?.path as string, "utf8")}</script>`;
    const server = createServer((_, response) => response.end(page)).listen(0, "127.0.0.1");
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const { origin, pathname } = new URL(stack.stack.webSocketUrl);
      const heard = await tab.evaluate(talk, { origin, pathname });
      expect(heard).toEqual(Array.from({ length: 20 }, (_, n) => (n % 2 ? [n, [n, 255]] : [n])));
    } finally {
      await browser.close();
      server.close();
    }
  },
  30_000,
);

/** Runs in the page: numbers out and back, every second one with bytes. */
function talk({ origin, pathname }: { origin: string; pathname: string }): Promise<unknown> {
  const { io, singleFrameParser } = globalThis as never as {
    io(
      url: string,
      options: object,
    ): { on(e: string, f: (...a: never[]) => void): void; emit(e: string, ...a: unknown[]): void };
    singleFrameParser: object;
  };
  return new Promise((resolve) => {
    const socket = io(origin, {
      path: pathname,
      transports: ["websocket"],
      parser: singleFrameParser,
    });
    const heard: unknown[] = [];
    socket.on("back", (n: number, bytes?: ArrayBuffer) => {
      heard.push(bytes instanceof ArrayBuffer ? [n, [...new Uint8Array(bytes)]] : [n]);
      if (heard.length === 20) resolve(heard);
    });
    for (let n = 0; n < 20; n++) {
      const args = n % 2 ? [n, Uint8Array.from([n, 255])] : [n];
      socket.emit("emit", { via: "self", event: "back", args }, () => {});
    }
  });
}

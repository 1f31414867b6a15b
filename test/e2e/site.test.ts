import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { io, type Socket } from "socket.io-client";
import type { AnsweredRequest } from "../../local";
import { httpUrl } from "../apps/play";
import { assembly, TestStack } from "../support/clients";

/** One host: what a distribution in front of an application makes of each path. */

const requests: AnsweredRequest[] = [];
let test_: TestStack;
let url: string;
const sockets: Socket[] = [];
beforeAll(async () => {
  const onRequest = (request: AnsweredRequest) => requests.push(request);
  test_ = await TestStack.start(assembly("ASSEMBLY_OF_SITE"), { onRequest });
  url = test_.stack.siteUrl ?? "";
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(() => test_.close());

function connect(to: string, options: object = {}): Socket {
  const socket = io(to, { transports: ["websocket"], reconnection: false, ...options });
  sockets.push(socket);
  return socket;
}

/** What the stock client tells of an HTTP request that failed. */
interface PollingError {
  readonly description: number;
  readonly context: { readonly responseText: string };
}

const once = (socket: Socket, event: string) =>
  new Promise<unknown>((resolve) => socket.once(event, resolve));

test("`/` and static files come from S3, the client of the hosted version too, with charsets", async () => {
  for (const [path, text] of [
    ["/", "Grüße"],
    ["/index.html", "Grüße"],
    ["/page.js", "transports"],
    ["/socket.io/socket.io.js", "Socket.IO v4.8.4"],
    ["/socket.io/socket.io.esm.min.js", '["websocket"]'],
  ] as const) {
    const answer = await fetch(url + path);
    expect([path, answer.status, answer.headers.get("server")]).toEqual([path, 200, "AmazonS3"]);
    expect(await answer.text()).toContain(text);
  }
  const { headers } = await fetch(`${url}/page.js`);
  expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
});

test("routes reach the application with the client's host and address, and other methods do", async () => {
  expect(await (await fetch(`${url}/api/me`)).json()).toEqual({
    host: new URL(url).host,
    from: expect.stringContaining("127.0.0.1"),
  });
  const headers = { "content-type": "text/plain" };
  const answer = await fetch(`${url}/api/echo`, { method: "POST", body: "ä", headers });
  expect([answer.status, await answer.text()]).toEqual([201, "ä"]);
  const missing = await fetch(`${url}/none`);
  expect([missing.status, await missing.text()]).toEqual([404, "no /none"]);
});

test("the function's own URL refuses what does not come through the site", async () => {
  const answer = await fetch(`${httpUrl(test_.stack)}/api/me`);
  expect(answer.status).toBe(403);
});

test("a stock client connects with the default path, and its handshake is the client's own", async () => {
  expect(await once(connect(url), "you")).toEqual({
    address: "127.0.0.1",
    host: new URL(url).host,
    names: expect.not.arrayContaining(["x-lambda-rooms-origin"]),
    url: "/socket.io/?EIO=4&transport=websocket",
  });
  const bare = connect(url, { addTrailingSlash: false });
  expect(await once(bare, "you")).toMatchObject({ address: "127.0.0.1" });
});

test("with siteOnly a client that comes past the site is refused, whatever it writes", async () => {
  const extraHeaders = { "x-lambda-rooms-address": "1.2.3.4", "x-lambda-rooms-origin": "guess" };
  const socket = connect(url, { path: "/prod", extraHeaders });
  const error = await once(socket, "connect_error");
  expect(String((error as { description: { message: string } }).description.message)).toContain(
    "403",
  );
});

test("a client that asks for long-polling can read why not, also on a page of another origin", async () => {
  const socket = connect(url, { transports: ["polling"] });
  // Read at once: the client drops the request afterwards, and its text with it.
  const [status, text] = await new Promise<[number, string]>((resolve) =>
    socket.once("connect_error", (error) => {
      const { description, context } = error as unknown as PollingError;
      resolve([description, context.responseText]);
    }),
  );
  expect(status).toBe(400);
  expect(JSON.parse(text)).toEqual({
    code: 0,
    message: expect.stringContaining('io({ transports: ["websocket"] })'),
  });
  const origin = "https://other.example";
  const answer = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
  expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
});

test("with both transports a stock client that tries all connects", async () => {
  const transports = ["polling", "websocket"];
  await once(connect(url, { transports, tryAllTransports: true }), "you");
});

test("a plain request to the WebSocket's path is answered like one", async () => {
  expect((await fetch(`${url}/socket.io/`)).status).toBe(400);
  // The stage's own path is API Gateway's.
  expect((await fetch(`${url}/prod`)).status).toBe(426);
});

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const inBrowser = executablePath ? test : test.skip;

inBrowser(
  "the application's own page works in a browser, and its console says what to mend",
  async () => {
    const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    const browser: Browser = await chromium.launch({
      executablePath: String(executablePath),
      args,
    });
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await page.locator("body.connected").waitFor();
      await page.fill("#text", "hello");
      await page.click("button");
      await page.locator("#said li", { hasText: "hello" }).waitFor();
      const polling = await browser.newPage();
      const message = polling.waitForEvent("console", (one) =>
        one.text().includes("xhr poll error"),
      );
      await polling.goto(`${url}/?transports=polling`);
      expect((await message).text()).toContain("this server speaks WebSocket only");
    } finally {
      await browser.close();
    }
  },
);

test("each request is reported once it is answered", () => {
  expect(requests).toContainEqual(
    expect.objectContaining({ url: expect.stringContaining("transport=polling"), status: 400 }),
  );
});

test("a handshake that leads nowhere is reported, and one that connects is not", async () => {
  const before = requests.length;
  await once(connect(url), "connect");
  await once(connect(url, { path: "/elsewhere" }), "connect_error");
  const handshakes = requests
    .slice(before)
    .filter(({ url }) => url.includes("transport=websocket"));
  expect(handshakes.map(({ url, status }) => [url.split("?", 1)[0], status])).toEqual([
    ["/elsewhere/", 404],
  ]);
});

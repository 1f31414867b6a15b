import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import WebSocket from "ws";
import { connect, type RoomsClient } from "../../packages/client/src";
import { RoomsProvider, usePresence, useRooms } from "../../packages/client/src/react";
import { browserPath, launchBrowser } from "../support/browser";
import { assembly, TestStack, waitFor } from "../support/clients";

/** The hooks of `@lambda-rooms/client/react`, in a browser and against a whole stack. */

/** So that the test can end them. */
const KEEP_SOCKETS = `
  globalThis.sockets = [];
  const Real = WebSocket;
  globalThis.WebSocket = class extends Real {
    constructor(...args) { super(...args); sockets.push(this); }
  };`;

function Status() {
  return useRooms().status;
}
function Loading() {
  return String(usePresence("a").isLoading);
}

test("a server renders what uses rooms, and does not connect", () => {
  const page = createElement(
    RoomsProvider,
    { url: "/prod" },
    createElement(Status),
    createElement(Loading),
  );
  expect(renderToString(page).replace("<!-- -->", " ")).toBe("idle true");
});

test("a component without a provider says what is missing", () => {
  expect(() => renderToString(createElement(Status))).toThrow("expected a RoomsProvider");
});

(browserPath ? describe : describe.skip)("in a browser, under StrictMode", () => {
  let stack: TestStack;
  let browser: Browser;
  let page: Page;
  let other: RoomsClient;
  const printed: string[] = [];
  beforeAll(async () => {
    stack = await TestStack.start(assembly("ASSEMBLY_OF_PROTOCOL"), { files: writePage() });
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.addInitScript(KEEP_SOCKETS);
    page.on("console", (message) => message.type() !== "info" && printed.push(message.text()));
    page.on("pageerror", (error) => printed.push(error.message));
    other = connect(stack.stack.webSocketUrl, { WebSocket });
    await other.join("team.red");
    await page.goto(stack.stack.httpUrl);
  });
  afterAll(async () => {
    other?.close();
    await browser?.close();
    await stack?.close();
  });
  const joined = (value: boolean) => page.waitForSelector(`[data-joined="${value}"]`);
  const members = (count: string) => page.locator("#members", { hasText: count }).waitFor();
  const hears = (text: string) => page.locator("li", { hasText: text }).waitFor();

  test("a page joins, hears, sends, and sees who is there", async () => {
    await joined(true);
    await members("2");
    const heard: string[] = [];
    other.on("message", (text) => heard.push(text));
    await page.click("#say");
    await hears("hello team.red");
    await waitFor(() => heard.length === 1);
    await other.send("team.red", "message", "good day");
    await hears("good day");
    expect(await page.locator("li").allInnerTexts()).toEqual(["hello team.red", "good day"]);
  });

  test("a room's members change as others come and go", async () => {
    await other.leave("team.red");
    await members("1");
    await other.join("team.red");
    await members("2");
  });

  test("another room takes the place of the first", async () => {
    await page.click("#go");
    await joined(true);
    await waitFor(async () => (await other.count("team.red")) === 1);
    await other.join("team.blue");
    await members("2");
  });

  test("a page whose connection ends is in its room again", async () => {
    await page.evaluate("sockets.at(-1).close()");
    await waitFor(() => page.evaluate("sockets.length === 2"));
    await joined(true);
    await waitFor(async () => (await other.count("team.blue")) === 2);
    await other.send("team.blue", "message", "back again");
    await hears("back again");
  });

  test("the last component that uses a room leaves it, and nothing was printed", async () => {
    await page.click("#leave");
    await waitFor(async () => (await other.count("team.blue")) === 1);
    expect(await page.locator("#status").textContent()).toBe("connected");
    expect(printed).toEqual([]);
  });
});

/** As a bundler makes it for developing, so that effects run twice. */
function writePage(): Record<string, string> {
  const folder = mkdtempSync(path.join(tmpdir(), "hooks-"));
  const outfile = path.join(folder, "page.js");
  buildSync({
    entryPoints: [path.join(__dirname, "hooks/page.ts")],
    define: { "process.env.NODE_ENV": '"development"' },
    ...{ bundle: true, outfile, format: "iife" },
  });
  const index = path.join(folder, "index.html");
  writeFileSync(
    index,
    '<!doctype html><title>Rooms</title><link rel="icon" href="data:,"><body><script src="/page.js"></script>',
  );
  return { "/": index, "/page.js": outfile };
}

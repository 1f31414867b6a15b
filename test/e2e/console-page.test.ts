import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { RunningConsole } from "../../console/server/server";
import { Watch } from "../../console/watch";
import { assembly, TestStack } from "../support/clients";

/** The console's page in a real browser, over a local stack: what a person sees and does, and what hostile clients cannot. */

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .filter(existsSync)
  .at(0);
const inBrowser = executablePath ? describe : describe.skip;
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const VIEWS = ["overview", "map", "rooms", "sockets", "events", "lanes", "functions", "state"];
const INSPECT = readFileSync(path.join(__dirname, "../support/inspect-page.js"), "utf8");

interface Inspected {
  readonly contrast: readonly string[];
  readonly nameless: readonly string[];
  readonly width: number;
}

/** It would set a variable of the page if the page took any of it for HTML. */
const HOSTILE = `<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>`;

inBrowser("the console's page", () => {
  let stack: TestStack;
  let running: RunningConsole;
  let browser: Browser;
  /** What the browser complains of: errors, and breaches of the policy of contents. */
  const complaints: string[] = [];
  beforeAll(async () => {
    const watch = new Watch();
    const { onTraffic, onPost } = watch;
    stack = await TestStack.start(assembly(), {
      onTraffic,
      onPost,
      log: (line) => watch.log(line),
    });
    running = await watch.start(stack.stack, `app ${HOSTILE}`, 0);
    const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    browser = await chromium.launch({ executablePath: executablePath as string, args });
  });
  afterEach(() => {
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await stack?.close();
  });

  async function visit(
    options: Parameters<Browser["newContext"]>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext }> {
    const context = await browser.newContext({ viewport: SIZES.desktop, ...options });
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(running.url);
    await page.locator(".status", { hasText: "local" }).waitFor();
    return { page, context };
  }

  const go = async (page: Page, view: string) => {
    await page.locator(".nav a", { hasText: view }).click();
    await page.locator("h1", { hasText: view }).waitFor();
  };

  test("a room is found, its members listed, an event sent and a member kicked", async () => {
    const client = await stack.connect("/chat");
    await client.emitWithAck("join", ["kitchen", HOSTILE]);
    const { page, context } = await visit();
    expect(page.url()).not.toContain("token");
    await go(page, "Rooms");
    await page.getByLabel("Search").fill("kitch");
    await page.locator(".grid a", { hasText: "kitchen" }).click();
    await page.locator("h1", { hasText: "kitchen" }).waitFor();
    await page.locator("td a", { hasText: client.id as string }).waitFor();
    const heard = new Promise((resolve) => client.once("news", (...args) => resolve(args)));
    await page.getByLabel("Event", { exact: true }).fill("news");
    await page.getByLabel("Arguments").fill('"bread", {"price": 2}');
    await page.getByRole("button", { name: "Send" }).click();
    expect(await heard).toEqual(["bread", { price: 2 }]);
    await page.locator(".toast", { hasText: "Sent to 1 socket: 1 delivered" }).waitFor();
    await page.getByRole("button", { name: /^Kick/ }).click();
    await page.locator(".empty", { hasText: "No socket is in this room now" }).waitFor();
    expect(await client.emitWithAck("join", [])).toEqual(expect.not.arrayContaining(["kitchen"]));
    client.disconnect();
    await context.close();
  });

  test("what hurts is asked first, and Escape does not do it", async () => {
    const client = await stack.connect();
    const { page, context } = await visit();
    await go(page, "Sockets");
    await page.getByLabel("Search").fill(client.id as string);
    await page.locator(".grid a", { hasText: client.id as string }).click();
    await page.getByRole("button", { name: "Close its connection" }).click();
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    expect(client.connected).toBe(true);
    await page.getByRole("button", { name: "Close its connection" }).click();
    const gone = new Promise((resolve) => client.once("disconnect", resolve));
    await page.locator("dialog").getByRole("button", { name: "Disconnect" }).click();
    expect(await gone).toBe("io server disconnect");
    await page.locator(".empty", { hasText: "This socket has left" }).waitFor();
    await context.close();
  });

  test("names and payloads of hostile clients stay texts, in each view", async () => {
    const client = await stack.connect();
    await client.emitWithAck("join", [HOSTILE]);
    await client.emitWithAck("echo", { [HOSTILE]: HOSTILE });
    client.emit(HOSTILE, HOSTILE);
    const { page, context } = await visit();
    await go(page, "Events");
    const line = page.locator(".line-of", { hasText: HOSTILE }).first();
    await line.locator("button").click();
    await line.locator(".payload", { hasText: HOSTILE }).waitFor();
    for (const view of VIEWS) {
      await go(
        page,
        view.replace(/^./, (first) => first.toUpperCase()),
      );
      await page.locator(".empty", { hasText: "Reading" }).waitFor({ state: "detached" });
    }
    await go(page, "Map");
    await page.locator(".map-list a", { hasText: HOSTILE }).click();
    await page.locator("h1", { hasText: HOSTILE }).waitFor();
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(await page.locator("main img, main script").count()).toBe(0);
    client.disconnect();
    await context.close();
  });

  test("events appear as they pass, and a pause holds them", async () => {
    const client = await stack.connect();
    const { page, context } = await visit();
    await go(page, "Events");
    await page.locator(".line-of").first().waitFor();
    await page.getByLabel("Event", { exact: true }).fill("number");
    await page.locator(".empty", { hasText: "the filter lets through" }).waitFor();
    client.emit("number", 1);
    await page.locator(".line-of.is-in", { hasText: "number" }).waitFor();
    await page.locator(".line-of.is-out", { hasText: "number" }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    client.emit("number", 2);
    await page.locator(".caption", { hasText: "2 packets passed meanwhile" }).waitFor();
    expect(await page.locator(".line-of").count()).toBe(2);
    client.disconnect();
    await context.close();
  });

  test("the keyboard reaches the content, each entry of the navigation and each room", async () => {
    const client = await stack.connect();
    await client.emitWithAck("join", ["by keyboard"]);
    const { page, context } = await visit();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await page.locator(".nav a", { hasText: "Map" }).focus();
    await page.keyboard.press("Enter");
    await page.locator(".map-room", { hasText: "by keyboard" }).focus();
    await page.locator(".map-label.is-chosen", { hasText: "by keyboard" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator("h1", { hasText: "by keyboard" }).waitFor();
    client.disconnect();
    await context.close();
  });

  test("a tab without the token is told where to find it", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(running.url.replace(/#.*/, ""));
    await page.locator("h1", { hasText: "no key to the console" }).waitFor();
    await context.close();
  });

  describe.each(["light", "dark"] as const)("in the %s scheme", (colorScheme) => {
    test.each(Object.keys(SIZES) as (keyof typeof SIZES)[])(
      "on a %s, texts have contrast, nothing is cut off sideways, and controls have names",
      async (size) => {
        const client = await stack.connect();
        await client.emitWithAck("join", ["lobby", "kitchen"]);
        const { page, context } = await visit({ viewport: SIZES[size], colorScheme });
        for (const view of VIEWS) {
          await go(
            page,
            view.replace(/^./, (first) => first.toUpperCase()),
          );
          await page.locator(".empty", { hasText: "Reading" }).waitFor({ state: "detached" });
          const { contrast, width, nameless } = await page.evaluate<Inspected>(INSPECT);
          expect({ view, contrast, nameless }).toEqual({ view, contrast: [], nameless: [] });
          expect({ view, width }).toEqual({ view, width: SIZES[size].width });
          const folder = process.env.SCREENSHOTS;
          if (!folder) continue;
          mkdirSync(folder, { recursive: true });
          await page.screenshot({ path: path.join(folder, `${view}-${size}-${colorScheme}.png`) });
        }
        client.disconnect();
        await context.close();
      },
    );
  });
});

import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { page } from "../../bin/page";
import { browserPath, launchBrowser } from "../support/browser";
import { assembly, TestStack } from "../support/clients";

/** The page in a real browser, as a visitor uses it. */

const inBrowser = browserPath ? describe : describe.skip;

inBrowser("the page", () => {
  let test_: TestStack;
  let browser: Browser;
  beforeAll(async () => {
    test_ = await TestStack.start(assembly("ASSEMBLY_OF_CHAT"), { files: page() });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await test_?.close();
  });

  async function visit(name: string, namespace = "/"): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1000, height: 640 } });
    page.on("pageerror", (error) => {
      throw error;
    });
    await page.goto(test_.stack.httpUrl);
    await page.fill("#name", name);
    await page.selectOption("#namespace", namespace);
    await page.click("#connect-button");
    await page.locator("#status", { hasText: "connected to" }).waitFor();
    return page;
  }

  async function join(page: Page, room: string): Promise<void> {
    await page.fill("#room", room);
    await page.click("#join button");
    await page.waitForSelector(`[data-room="${room}"]`);
  }

  async function say(page: Page, room: string, text: string, scope = "room"): Promise<void> {
    const box = page.locator(`[data-room="${room}"]`);
    await box.locator(".scope").selectOption(scope);
    await box.locator(".text").fill(text);
    await box.locator(".send button").click();
  }

  const heard = (page: Page, room: string) =>
    page.locator(`[data-room="${room}"] .messages li`).allInnerTexts();

  async function hears(page: Page, room: string, text: string): Promise<void> {
    await page.locator(`[data-room="${room}"] .messages li`, { hasText: text }).waitFor();
  }

  test("two visitors talk in rooms, to each other and to themselves", async () => {
    const [ada, bob] = [await visit("Ada"), await visit("Bob")];
    await join(ada, "lobby");
    await join(bob, "lobby");
    await join(ada, "team");
    await hears(ada, "lobby", "Bob joined");
    await say(ada, "lobby", "hello everyone");
    await hears(bob, "lobby", "hello everyone");
    await say(bob, "lobby", "not for my own eyes", "others");
    await hears(ada, "lobby", "not for my own eyes");
    await say(bob, "lobby", "a note to myself", "self");
    await hears(bob, "lobby", "a note to myself");
    await say(ada, "team", "an empty room");
    await hears(ada, "team", "an empty room");

    const all = (texts: string[]) => texts.join("\n");
    expect(all(await heard(ada, "lobby"))).not.toContain("a note to myself");
    expect(all(await heard(bob, "lobby"))).not.toContain("not for my own eyes");
    expect(await bob.locator('[data-room="team"]').count()).toBe(0);
    if (process.env.SCREENSHOTS) await screenshot(ada, process.env.SCREENSHOTS);

    await bob.click('[data-room="lobby"] .leave');
    await hears(ada, "lobby", "Bob left");
  });

  test("namespaces are worlds apart", async () => {
    const [main, chat] = [await visit("Ada", "/"), await visit("Bob", "/chat")];
    await join(main, "room");
    await join(chat, "room");
    await say(main, "room", "only in /");
    await hears(main, "room", "only in /");
    expect((await heard(chat, "room")).join()).not.toContain("only in /");
  });
});

async function screenshot(page: Page, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await page.screenshot({ path: path.join(directory, "page.png") });
}

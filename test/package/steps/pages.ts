import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { browserPath, launchBrowser } from "../../support/browser";
import type { Packed } from "../packed";
import { Project, succeeds } from "../project";

/** Pages that are served by `lambda-rooms dev` and looked at in a browser, if there is one. */

/** Opens two pages of a URL, and fails for errors in their consoles. */
async function inTwoTabs(url: string, use: (a: Page, b: Page) => Promise<void>): Promise<void> {
  if (!browserPath) return console.log("   no browser: the page was built and not looked at");
  const browser = await launchBrowser();
  try {
    const errors: string[] = [];
    const open = async () => {
      const page = await browser.newPage({ viewport: { width: 700, height: 500 } });
      page.on("pageerror", ({ message }) => errors.push(message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      await page.goto(url);
      return page;
    };
    const [a, b] = [await open(), await open()];
    await use(a, b);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
}

const hears = (page: Page, text: string) => page.locator("li", { hasText: text }).waitFor();

async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

export const VITE_PACKAGES = {
  vite: "8.4.0",
  "@vitejs/plugin-react": "6.3.0",
  "@types/express": "5.0.6",
};

/** The example of `examples/react-vite`, in the folder of a project that has its packages. */
export async function chatsOverVite(project: Project): Promise<void> {
  const example = new Project(path.join(project.folder, "react-vite"));
  project.copy("../../examples/react-vite", "react-vite");
  await succeeds(example.run("npx", "tsc"));
  await succeeds(example.run("npx", "vite", "build"));
  await example.serve(["npx", "lambda-rooms", "dev", "server.ts", "--port", "0"], (url) =>
    inTwoTabs(url, async (ada, bob) => {
      await bob.locator("small", { hasText: "2 here" }).waitFor();
      await ada.locator("small", { hasText: "2 here" }).waitFor();
      await ada.fill("#text", "hello from React");
      await ada.click("button[type=submit]");
      await hears(bob, "hello from React");
      await hears(ada, "hello from React");
      await screenshot(ada, "react-vite");
      await bob.click("text=team.blue");
      await ada.locator("small", { hasText: "1 here" }).waitFor();
    }),
  );
}

/** `npm create lambda-rooms`, run from its tarball, in a folder whose parent has the packages. */
async function created(project: Project, packed: Packed, ...args: string[]): Promise<Project> {
  const [tarball] = Object.values(packed.dependencies("create-lambda-rooms"));
  const line = ["exec", "--yes", `--package=${tarball}`, "--", "create-lambda-rooms", ...args];
  const output = await succeeds(project.run("npm", ...line));
  assert.match(output, /npm run (rooms:)?dev/);
  return new Project(path.join(project.folder, args[0] as string));
}

const DEV = ["npm", "run", "--silent", "dev", "--", "--port", "0"];

export async function chatTemplateChats(project: Project, packed: Packed): Promise<void> {
  const chat = await created(project, packed, "chat", "--template", "chat");
  await succeeds(chat.run("npm", "run", "types"));
  await succeeds(chat.run("npm", "run", "check"));
  await chat.serve(DEV, (url) =>
    inTwoTabs(url, async (ada, bob) => {
      const say = async (page: Page, text: string) => {
        await page.fill("#text", text);
        await page.click("button");
      };
      await say(ada, "Ada");
      await say(bob, "Bob");
      await ada.locator("#users", { hasText: "Here: Ada, Bob" }).waitFor();
      await say(bob, "good day");
      await hears(ada, "Bob: good day");
      await screenshot(ada, "create-chat");
    }),
  );
}

export async function managedTemplateChats(project: Project, packed: Packed): Promise<void> {
  const rooms = await created(project, packed, "managed", "--template", "managed");
  await succeeds(rooms.run("npm", "run", "types"));
  await rooms.serve(DEV, (url) =>
    inTwoTabs(url, async (ada, bob) => {
      await ada.locator("#users", { hasText: "2 here" }).waitFor();
      await bob.fill("#text", "good day");
      await bob.click("button");
      await hears(ada, "good day");
      await screenshot(ada, "create-managed");
    }),
  );
}

export async function cdkTemplateSynthesizes(project: Project, packed: Packed): Promise<void> {
  const app = await created(project, packed, "cdk", "--template", "cdk");
  await succeeds(app.run("npm", "run", "types"));
  await succeeds(app.run("npm", "run", "synth"));
  await app.serve(DEV, async (url) => {
    assert.equal((await fetch(url)).status, 200);
  });
}

export async function existingServerIsMadeReady(project: Project, packed: Packed): Promise<void> {
  const server = new Project(packed.folderFor("existing"));
  server.copy("project/server.js", "server.js");
  const manifest = '{\n\t"name": "mine",\n\t"scripts": { "dev": "node server.js" }\n}\n';
  const file = path.join(server.folder, "package.json");
  writeFileSync(file, manifest);
  await created(project, packed, server.folder, "--template", "existing", "--yes");
  const { scripts, devDependencies } = JSON.parse(readFileSync(file, "utf8"));
  assert.deepEqual(scripts, {
    dev: "node server.js",
    "rooms:dev": "lambda-rooms dev server.js",
    check: "lambda-rooms check server.js",
  });
  const added = ["aws-cdk-lib", "constructs", "lambda-rooms"];
  assert.deepEqual(Object.keys(devDependencies).sort(), added);
}

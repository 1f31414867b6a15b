import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, cutClients } from "./support/client";
import { closeStacks, startFunction } from "./support/stack";

afterEach(async () => {
  cutClients();
  await closeStacks();
});

const scratch = path.join(tmpdir(), `lambda-rooms-scratch-${process.pid}`);
afterAll(() => rmSync(scratch, { force: true }));

/** Runs each attempt in one invocation; how it ended: `ok`, or the code of its error. */
async function attempt(attempts: Record<string, string>): Promise<Record<string, unknown>> {
  const list = Object.entries(attempts).map(
    ([name, body]) => `${JSON.stringify(name)}: async () => ${body}`,
  );
  const { stack, send } = await startFunction(`
const fs = require("node:fs");
const path = require("node:path");
const { once } = require("node:events");
const { promisify } = require("node:util");
const scratch = ${JSON.stringify(scratch)};
const attempts = { ${list.join(",\n")} };
exports.handler = async () => {
  const outcomes = {};
  for (const [name, run] of Object.entries(attempts)) {
    outcomes[name] = await run().then((value) => value ?? "ok", (error) => error.code ?? String(error));
  }
  console.log(JSON.stringify(outcomes));
  return { statusCode: 200 };
};`);
  await send("x");
  return stack.printed("Handler")[0] ?? {};
}

test("all but the temporary directory is read-only, whatever writes", async () => {
  const attempts = {
    sync: 'fs.writeFileSync("log.txt", "x")',
    promise: 'fs.promises.writeFile("log.txt", "x")',
    imported: '(await import("node:fs/promises")).writeFile("log.txt", "x")',
    callback: 'promisify(fs.appendFile)("log.txt", "x")',
    stream: 'once(fs.createWriteStream("log.txt"), "finish")',
    open: 'fs.openSync("log.txt", "a")',
    directory: 'fs.mkdirSync("uploads")',
    copy: 'fs.copyFileSync(__filename, "copy.js")',
    "beside the code": 'fs.writeFileSync(path.join(__dirname, "x"), "x")',
    "where npm start runs": `fs.writeFileSync(${JSON.stringify(path.resolve("written-by-a-test"))}, "x")`,
    url: `fs.writeFileSync(new URL("file://${path.resolve("written-by-a-test")}"), "x")`,
    remove: "fs.rmSync(__filename)",
    "move away": "fs.renameSync(__filename, scratch)",
  };
  const outcomes = await attempt(attempts);
  expect(outcomes).toEqual(
    Object.fromEntries(Object.keys(attempts).map((name) => [name, "EROFS"])),
  );
  expect(existsSync("written-by-a-test")).toBe(false);
});

test("the temporary directory takes files, and what is open can be written to", async () => {
  const outcomes = await attempt({
    write: 'fs.writeFileSync(scratch, "a")',
    stream:
      'once(fs.createWriteStream(scratch, { flags: "a" }).end("b"), "finish").then(() => "ok")',
    descriptor:
      'fs.promises.open(scratch, "a").then(async (file) => (await file.writeFile("c"), file.close()))',
    read: 'fs.readFileSync(scratch, "utf8")',
    null: 'fs.writeFileSync("/dev/null", "x")',
  });
  expect(outcomes).toEqual({
    write: "ok",
    stream: "ok",
    descriptor: "ok",
    read: "abc",
    null: "ok",
  });
});

test("a relative path starts at the function's code, where files of the repository are not", async () => {
  const outcomes = await attempt({
    sync: 'fs.readFileSync("package.json", "utf8")',
    promise: 'fs.promises.readFile("./package.json")',
    stream: 'once(fs.createReadStream("package.json"), "data")',
    resolved: 'fs.readFileSync(path.resolve("package.json"))',
    exists: 'fs.existsSync("package.json")',
    "its own code": 'fs.existsSync("index.js")',
    directory: "process.cwd() === __dirname",
  });
  expect(outcomes).toEqual({
    ...{ sync: "ENOENT", promise: "ENOENT", stream: "ENOENT", resolved: "ENOENT" },
    ...{ exists: false, "its own code": true, directory: true },
  });
});

test("a function that needs more memory than it has is ended, and the next frame served", async () => {
  const { stack, client, send } = await startFunction(
    `exports.handler = async ({ body }) => {
      const kept = [];
      while (body === "fill") kept.push(Array.from({ length: 1e5 }, () => ({})));
      return { statusCode: 200 };
    };`,
    { MemorySize: 128, Timeout: 60 },
  );
  await send("fill");
  expect(await client.next()).toContain("Internal server error");
  expect(stack.lines.map(({ text }) => text).join("\n")).toContain(
    "Runtime exited with error: signal: killed",
  );
  await send("fine");
  expect(stack.statistics().functions.Handler).toMatchObject({ invocations: 2, errors: 1 });
});

test("a response of more than 6 MB fails the invocation", async () => {
  const { stack, client, send } = await startFunction(
    `exports.handler = async ({ body }) => ({ statusCode: 200, body: "x".repeat(Number(body)) });`,
  );
  await send("6291400");
  expect(stack.statistics().functions.Handler).toMatchObject({ errors: 0 });
  await send("6291600");
  expect(await client.next()).toContain("Internal server error");
  expect(stack.lines.map(({ text }) => text).join("\n")).toContain("(6291556 bytes)");
});

test("a handshake whose URL is longer than 4,096 characters is refused", async () => {
  const { stack } = await startFunction("exports.handler = async () => ({ statusCode: 200 });");
  const url = `${stack.webSocketUrl}?token=`;
  const wss = url.replace("ws:", "wss:");
  await expect(connect(url + "x".repeat(4096 - wss.length))).resolves.toBeDefined();
  await expect(connect(url + "x".repeat(4097 - wss.length))).rejects.toThrow("response: 414");
});

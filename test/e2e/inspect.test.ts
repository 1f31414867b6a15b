import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { assembly, TestStack, waitFor } from "../support/clients";

/** `npm run inspect` and `npm run reset`, on the whole stack. */

let test_: TestStack;
beforeAll(async () => {
  test_ = await TestStack.start(assembly("ASSEMBLY_OF_MEMORY"), {});
});
afterAll(() => test_.close());

async function call(command: string, ...args: string[]): Promise<string> {
  const { dynamodbUrl, environment, tableNames } = test_.stack;
  const [table = ""] = Object.values(tableNames);
  const script = path.join(__dirname, `../../bin/stored/${command}.ts`);
  const own = ["--table", table, "--endpoint", dynamodbUrl, ...args];
  const { stdout } = await promisify(execFile)("node", ["--import", "tsx", script, ...own], {
    env: { ...process.env, ...environment },
  });
  return stdout;
}

test("what the application keeps is named, and is forgotten by a reset that clients outlive", async () => {
  const client = await test_.connect();
  expect(await client.emitWithAck("name", "Ada")).toEqual(["Ada"]);
  client.emit("count down", 1000);
  await client.emitWithAck("win");
  const told = await call("inspect");
  expect(told).toContain("1 connection");
  expect(told).toMatch(/\d B {2}users in test\/e2e\/stateful-app\.ts\n/);
  expect(told).toMatch(/\d B {2}setInterval in on:count down, every 1000 ms {2}due 20/);
  const { kept } = JSON.parse(await call("inspect", "--json", "--values", "users"));
  expect(kept).toEqual([
    expect.objectContaining({ kind: "variable", name: "users in test/e2e/stateful-app.ts" }),
  ]);
  expect(kept[0].text).toContain('"Ada"');

  const before = client.id;
  const httpUrl = test_.stack.webSocketUrl.replace(/^ws/, "http");
  expect(await call("reset", "--yes", "--url", httpUrl)).toContain(
    "Disconnected: 1 of 1 connections",
  );
  await waitFor(() => client.connected && client.id !== before, 60_000);
  expect(await client.emitWithAck("name", "Bob")).toEqual(["Bob"]);
  expect(await call("inspect")).not.toContain("every 1000 ms");
}, 120_000);

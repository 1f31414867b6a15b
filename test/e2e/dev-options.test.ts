import { spawn } from "node:child_process";
import { Debugger } from "../support/debugger";
import { Dev, DevProject } from "../support/dev";
import { waitFor } from "../support/wait-for";

const SOURCE = `const { Server } = require("socket.io");
const io = new Server(3000);
let count = 0;
io.on("connection", (socket) => {
  socket.on("say", (text, ack) => {
    count++;
    ack([text, count]);
  });
});
`;

let project: DevProject;
let dev: Dev | undefined;
beforeEach(() => {
  project = new DevProject({ "server.js": SOURCE });
});
afterEach(async () => {
  await dev?.close();
  dev = undefined;
  project.remove();
});

test("--inspect lets a debugger stop in the person's file, also after a reload, and nothing times out", async () => {
  dev = await Dev.start(project.file("server.js"), "--inspect");
  const port = Number(/Debugger +127\.0\.0\.1:(\d+)/.exec(dev.text)?.[1]);
  const client = dev.client();
  for (const [round, source] of [SOURCE, `// moved\n${SOURCE}`].entries()) {
    if (round > 0) {
      project.write("server.js", source);
      await dev.says(/^reloaded /m);
      await waitFor(() =>
        fetch(`http://127.0.0.1:${port}/json`).then(
          () => true,
          () => false,
        ),
      );
    }
    const debug = await Debugger.attach(port);
    const line = 7 + round;
    await debug.break(project.file("server.js"), line);
    let isAnswered = false;
    const paused = debug.paused();
    const answer = client.emitWithAck("say", "hello").finally(() => {
      isAnswered = true;
    });
    const { place, evaluate, resume } = await paused;
    expect(place).toBe(`file://${project.file("server.js")}:${line}`);
    expect(await evaluate("text")).toBe("hello");
    expect(isAnswered).toBe(false);
    await resume();
    expect(await answer).toEqual(["hello", round + 1]);
    debug.close();
  }
});

test("--reset begins anew at each change", async () => {
  dev = await Dev.start(project.file("server.js"), "--reset");
  const client = dev.client();
  expect(await client.emitWithAck("say", "a")).toEqual(["a", 1]);
  const { id } = client;
  project.write("server.js", `${SOURCE}// changed\n`);
  await dev.says("started the stack anew");
  await waitFor(() => client.connected && client.id !== id);
  expect(await client.emitWithAck("say", "b")).toEqual(["b", 1]);
});

test("a port that is taken is passed over, unless it was named", async () => {
  dev = await Dev.start(project.file("server.js"));
  const { port } = new URL(dev.url.replace("ws", "http"));
  await expect(Dev.start(project.file("server.js"), "--port", port)).rejects.toThrow(
    `Port ${port} is in use`,
  );
});

/** Whether anything listens where a stack has listened. */
const answers = (url: string) =>
  fetch(url.replace("ws", "http")).then(
    () => true,
    () => false,
  );

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends it, and frees its port",
  async (signal) => {
    const one = await Dev.start(project.file("server.js"));
    expect(await answers(one.url)).toBe(true);
    one.child.kill(signal);
    await one.ended;
    expect([one.child.exitCode, await answers(one.url)]).toEqual([0, false]);
  },
);

test("it ends with what has started it, also by way of a shell as under npx", async () => {
  const file = JSON.stringify(project.file("server.js"));
  const line = `${process.execPath} --import tsx bin/start.ts --port 0 --app ${file}; true`;
  // As npm starts a command: a process, its shell, the command.
  const npm = `require("node:child_process").spawn("sh", ["-c", ${JSON.stringify(line)}], { stdio: "inherit" })`;
  const env = { ...process.env, NODE_ENV: undefined, JEST_WORKER_ID: undefined };
  const parent = spawn(process.execPath, ["-e", npm], { env: { ...env, npm_command: "exec" } });
  let text = "";
  parent.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await waitFor(() => text.includes("Ctrl-C"));
  const [, url = ""] = /WebSocket +(\S+)/.exec(text) ?? [];
  expect(await answers(url)).toBe(true);
  parent.kill("SIGKILL");
  await waitFor(async () => !(await answers(url)));
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { assembly, listen, next, TestStack, waitFor } from "../support/clients";

/** The examples with a server file, each in a stack of its own, as its page and its clients use it. */

const root = path.join(__dirname, "../../examples");

async function inStack(
  name: Parameters<typeof assembly>[0],
  use: (stack: TestStack) => Promise<void>,
) {
  const stack = await TestStack.start(assembly(name), { freshContainers: false });
  try {
    await use(stack);
  } finally {
    await stack.close();
  }
}

const connected = (socket: ReturnType<TestStack["client"]>) =>
  socket.connected ? undefined : next(socket, "connect");

test("chat: members of a room hear each other, and who types and leaves", () =>
  inStack("ASSEMBLY_OF_EXAMPLE_CHAT", async (stack) => {
    const [ada, bob] = [stack.client(), stack.client()];
    const heard = listen(ada);
    ada.emit("enter", "lobby", "Ada");
    ada.emit("say", "lobby", "first");
    await waitFor(() => heard.length === 1);
    bob.emit("enter", "lobby", "Bob");
    bob.emit("typing", "lobby");
    bob.emit("say", "lobby", "hello");
    bob.emit("say", "another", "not heard");
    await waitFor(() => heard.length === 4);
    bob.disconnect();
    await waitFor(() => heard.length === 5);
    expect(heard).toEqual([
      ["message", "Ada: first"],
      ["message", "Bob is here"],
      ["typing", "Bob"],
      ["message", "Bob: hello"],
      ["message", "Bob has left"],
    ]);
    const page = await fetch(stack.stack.httpUrl);
    expect(await page.text()).toContain("<h1>Chat</h1>");
  }));

test("express: a cookie lets in, a route broadcasts, and memory is shared with it", () =>
  inStack("ASSEMBLY_OF_EXAMPLE_EXPRESS", async (stack) => {
    const url = stack.stack.httpUrl;
    const post = (route: string, body: object, cookie = "") =>
      fetch(url + route, {
        method: "POST",
        headers: { "content-type": "application/json", cookie },
        body: JSON.stringify(body),
      });
    const stranger = stack.client();
    const [{ message }] = (await next(stranger, "connect_error")) as [Error];
    expect(message).toBe("log in first");
    expect((await post("/orders", { dish: "soup" })).status).toBe(401);
    const login = await post("/login", { name: "Ada" });
    const [cookie = ""] = (login.headers.get("set-cookie") ?? "").split(";");
    const cook = stack.client("/", { extraHeaders: { cookie } });
    expect(await next(cook, "orders")).toEqual([[]]);
    const ordered = next(cook, "order");
    expect((await post("/orders", { dish: "soup" }, cookie)).status).toBe(201);
    expect(await ordered).toEqual([{ number: 1, dish: "soup", by: "Ada" }]);
    const done = next(cook, "done");
    expect(await cook.emitWithAck("done", 1)).toBe(true);
    expect(await done).toEqual([1, "Ada"]);
    expect(await (await fetch(`${url}/orders`)).json()).toEqual([]);
  }));

test("game: two players take turns, and one who does not move in time has lost", () =>
  inStack("ASSEMBLY_OF_EXAMPLE_GAME", async (stack) => {
    const [ada, bob] = [stack.client(), stack.client()];
    await Promise.all([connected(ada), connected(bob)]);
    const waits = next(ada, "wait");
    ada.emit("play");
    await waits;
    const begun = [next(ada, "begin"), next(bob, "begin")];
    bob.emit("play");
    expect(await Promise.all(begun)).toEqual([["X"], ["O"]]);
    expect(await bob.emitWithAck("move", 4)).toBe(false);
    const ended = next(ada, "end");
    const moved = next(bob, "board");
    expect(await ada.emitWithAck("move", 4)).toBe(true);
    await moved;
    // Bob does not move.
    expect(await ended).toEqual([["", "", "", "", "X", "", "", "", ""], "X", true]);
  }));

describe("presence", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.start(assembly("ASSEMBLY_OF_EXAMPLE_PRESENCE"));
  });
  afterAll(() => stack.close());

  test("a member hears who comes and goes", async () => {
    const [ada, bob] = [stack.client(), stack.client()];
    await ada.emitWithAck("rooms:join", { room: "team.blue" });
    const joined = next(ada, "rooms:joined");
    await bob.emitWithAck("rooms:join", { room: "team.blue" });
    const notice = { room: "team.blue", id: bob.id };
    expect((await joined)[0]).toEqual(notice);
    const left = next(ada, "rooms:left");
    bob.disconnect();
    expect((await left)[0]).toEqual(notice);
  });

  test("python: a program joins, sends, answers the server, and hears", async () => {
    const ada = stack.client();
    const heard = listen(ada);
    await ada.emitWithAck("rooms:join", { room: "team.red" });
    const args = ["rooms.py", stack.stack.webSocketUrl, "Python", "hello"];
    const program = spawn("python3", args, { cwd: path.join(root, "python") });
    let output = "";
    for (const stream of [program.stdout, program.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    const ended = once(program, "exit");
    await waitFor(() => output.includes("fine, says Python"));
    await waitFor(() => heard.some(([event]) => event === "message"));
    const bye = { room: "team.red", event: "message", args: ["bye"] };
    await ada.emitWithAck("rooms:send", bye);
    expect([await ended, output]).toEqual([
      [0, null],
      "2 here\nfine, says Python\nPython: hello\nbye\n",
    ]);
    await waitFor(() => heard.some(([event]) => event === "rooms:left"));
    expect(heard.map(([event]) => event)).toEqual([
      "rooms:joined",
      "message",
      "message",
      "rooms:left",
    ]);
  });
});

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import WebSocket, { WebSocketServer } from "ws";
import { connect, type Options, RoomsClient, RoomsError } from "../../packages/client/src";
import { tokenOf } from "../docs/unsigned-tokens";
import { assembly, TestStack, waitFor } from "../support/clients";
import { cuttableWebSocket } from "./cut-web-socket";

/** `@lambda-rooms/client` over real WebSockets, against a whole stack. */

interface In {
  message(text: string): void;
  "how are you?"(name: string): string;
  "so you are"(answer: string): void;
}
interface Out {
  chatMessage(message: { room: string; message: string }): string;
  /** As the maps of types of Socket.IO have it. */
  "name?": (ack: (name: string) => void) => void;
  "ask me"(): void;
  "disconnect me"(): void;
}

let stack: TestStack;
const open: { close(): unknown }[] = [];
beforeAll(async () => {
  stack = await TestStack.start(assembly("ASSEMBLY_OF_PROTOCOL"));
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
afterAll(() => stack.close());

function client(options: Options = {}): RoomsClient<In, Out> {
  const made = connect<In, Out>(stack.stack.webSocketUrl, {
    ...{ WebSocket, reconnectDelayMs: 20, ...options },
  });
  open.push(made);
  return made;
}

const connected = (one: RoomsClient<In, Out>) => waitFor(() => one.status === "connected");
const hears = (one: RoomsClient<In, Out>) => {
  const heard: string[] = [];
  one.on("message", (text) => heard.push(text));
  return heard;
};
/** The error that a promise rejects with. */
const failure = (promise: Promise<unknown>): Promise<RoomsError> =>
  promise.then(
    () => Promise.reject(new Error("It has resolved")),
    (error) => error,
  );

describe("events", () => {
  test("reach the server at once or when there is a connection, in order", async () => {
    const ada = client({ auth: { name: "Ada" } });
    const heard = hears(ada);
    const joined = ada.join("lobby");
    const answers = ["1", "2", "3"].map((message) =>
      ada.emitWithAck("chatMessage", { room: "lobby", message }),
    );
    await joined;
    expect(await Promise.all(answers)).toEqual(Array(3).fill("sent to lobby"));
    ada.emit("chatMessage", { room: "lobby", message: "4" });
    expect(await ada.emitWithAck("name?")).toBe("Ada");
    await waitFor(() => heard.length === 4);
    expect(heard).toEqual(["1", "2", "3", "4"]);
  });

  test("that ask for an ack get what the client answers, also later", async () => {
    const ada = client();
    ada.answer("how are you?", async (name) => `fine, says ${name}`);
    const answered = new Promise((resolve) => ada.on("so you are", resolve));
    ada.emit("ask me");
    expect(await answered).toBe("fine, says Ada");
  });

  test("are not heard by a listener that was removed", async () => {
    const ada = client();
    const first: string[] = [];
    const remove = ada.on("message", (text) => first.push(text));
    const heard = hears(ada);
    await ada.join("once");
    await ada.send("once", "message", "a");
    remove();
    await ada.send("once", "message", "b");
    await waitFor(() => heard.length === 2);
    expect(first).toEqual(["a"]);
  });
});

describe("managed rooms", () => {
  test("are joined, listed, sent to and left", async () => {
    const [ada, bob] = [client(), client()];
    const [toAda, toBob] = [hears(ada), hears(bob)];
    await Promise.all([ada.join("room"), bob.join("room")]);
    await ada.send("room", "message", "to all");
    await ada.sendToOthers("room", "message", "to others");
    await waitFor(() => toBob.length === 2);
    expect(toBob).toEqual(["to all", "to others"]);
    expect(toAda).toEqual(["to all"]);
    expect(await ada.rooms()).toContain("room");
    const { members } = await ada.members("room");
    expect([...members].sort()).toEqual([ada.id, bob.id].sort());
    const { members: one, next } = await ada.members("room", { limit: 1 });
    expect([...one, ...(await ada.members("room", { after: next as string })).members]).toEqual(
      members,
    );
    await bob.leave("room");
    expect(await ada.count("room")).toBe(1);
  });

  test("say who comes and goes", async () => {
    const [ada, bob] = [client(), client()];
    const seen: unknown[] = [];
    ada.onPresence("team.red", (presence) => seen.push(presence));
    await ada.join("team.red");
    await bob.join("team.red");
    const { id } = bob;
    await waitFor(() => seen.length === 1);
    bob.close();
    await waitFor(() => seen.length === 2);
    const told = { room: "team.red", id };
    expect(seen).toEqual([
      { type: "joined", ...told },
      { type: "left", ...told },
    ]);
  });
});

describe("a connection that is cut", () => {
  test("is recovered: same id, same rooms, and what was missed, once and in order", async () => {
    const { cut, ...options } = cuttableWebSocket();
    const ada = client({ WebSocket: options.WebSocket });
    const bob = client();
    const heard = hears(ada);
    await ada.join("news");
    await bob.send("news", "message", "1");
    await waitFor(() => heard.length === 1);
    const { id } = ada;
    cut();
    await waitFor(() => ada.status === "connecting");
    ada.emit("chatMessage", { room: "news", message: "3" });
    await bob.send("news", "message", "2");
    await connected(ada);
    await waitFor(() => heard.length === 3);
    expect([ada.recovered, ada.id]).toEqual([true, id]);
    expect([...heard].sort()).toEqual(["1", "2", "3"]);
  });

  test("is another session where nothing can be recovered, in the same rooms", async () => {
    const { cut, ...options } = cuttableWebSocket();
    const ada = client({ WebSocket: options.WebSocket });
    await ada.join("quiet");
    const { id } = ada;
    cut();
    await waitFor(() => ada.status === "connected" && ada.id !== id);
    expect(ada.recovered).toBe(false);
    expect(await ada.rooms()).toContain("quiet");
  });

  test("rejects what the server may have done, and repeats what does no harm twice", async () => {
    const { cut, ...options } = cuttableWebSocket();
    const ada = client({ WebSocket: options.WebSocket });
    await connected(ada);
    const sent = failure(ada.emitWithAck("chatMessage", { room: "a", message: "b" }));
    const counted = ada.count("a");
    cut();
    expect((await sent).code).toBe("disconnected");
    expect(await counted).toBe(0);
  });
});

describe("errors", () => {
  test("of an action reject its promise, with the server's code", async () => {
    const ada = client();
    await connected(ada);
    const error = await failure(ada.renew("a token"));
    expect(error).toBeInstanceOf(RoomsError);
    expect(error.code).toBe("forbidden");
    expect(error.message).toContain("expected a namespace with tokens");
  });

  test("end the attempts where another would be refused too", async () => {
    const ada = client({ namespace: "/nowhere" });
    const reported: RoomsError[] = [];
    ada.onError((error) => reported.push(error));
    const waiting = failure(ada.emitWithAck("name?"));
    expect((await waiting).code).toBe("invalid_namespace");
    expect(ada.status).toBe("closed");
    expect(reported.map(({ code }) => code)).toEqual(["invalid_namespace"]);
  });

  test("of the server's disconnect end the session, until the client opens it again", async () => {
    const ada = client();
    ada.onError(() => {});
    await connected(ada);
    ada.emit("disconnect me");
    await waitFor(() => ada.status === "closed");
    expect(ada.error?.code).toBe("closed");
    ada.open();
    await connected(ada);
    expect(ada.error).toBeUndefined();
  });

  test("come at once for what no connection could take", () => {
    const ada = client({ bufferSize: 2 });
    ada.emit("ask me");
    ada.emit("ask me");
    const code = (act: () => void) => {
      try {
        act();
      } catch (error) {
        return (error as RoomsError).code;
      }
    };
    expect(code(() => ada.emit("ask me"))).toBe("buffer_full");
    const message = "é".repeat(17_000);
    expect(code(() => ada.emit("chatMessage", { room: "a", message }))).toBe("too_large");
  });

  test("reject what waits when the client is closed, and what waits too long", async () => {
    const nowhere = "ws://127.0.0.1:9";
    const ada = new RoomsClient<In, Out>(nowhere, { WebSocket, timeoutMs: 50 }).open();
    open.push(ada);
    const late = await failure(ada.emitWithAck("name?"));
    expect([late.code, late.message]).toEqual(["timeout", expect.stringContaining("a connection")]);
    const waiting = failure(ada.emitWithAck("name?"));
    ada.close();
    expect((await waiting).code).toBe("closed");
    expect(ada.status).toBe("idle");
  });
});

describe("a token", () => {
  const now = () => Math.floor(Date.now() / 1000);
  const rooms = { "**": "*" };

  test("is asked for at every connection", async () => {
    const { cut, ...options } = cuttableWebSocket();
    const given: string[] = [];
    const token = async () => {
      given.push(tokenOf({ sub: "ada", exp: now() + 3600, rooms, n: given.length }));
      return given.at(-1) as string;
    };
    const ada = client({ namespace: "/private", token, WebSocket: options.WebSocket });
    await ada.join("a");
    cut();
    await waitFor(() => given.length === 2);
    await connected(ada);
    expect(await ada.rooms()).toContain("a");
  });

  test("that has ended is replaced, and one that the issuer does not give is asked for again", async () => {
    const tokens = [
      () => Promise.reject(new Error("no issuer")),
      () => tokenOf({ sub: "ada", exp: now() - 1, rooms }),
      () => tokenOf({ sub: "ada", exp: now() + 3600, rooms }),
    ];
    const seen: (string | undefined)[] = [];
    const ada = client({ namespace: "/private", token: async () => tokens.shift()?.() ?? "" });
    ada.onStatus(() => seen.push(ada.error?.code));
    await connected(ada);
    expect(seen).toEqual(["token", "connect_error", undefined]);
  });

  test("is replaced before it ends", async () => {
    let asked = 0;
    const token = () => tokenOf({ sub: "ada", exp: now() + (asked++ === 0 ? 5 : 3600), rooms });
    const ada = client({ namespace: "/private", token });
    await connected(ada);
    await waitFor(() => asked === 2);
    expect(ada.status).toBe("connected");
    await ada.join("a");
  });

  test("that is missing ends the attempts", async () => {
    const ada = client({ namespace: "/private" });
    ada.onError(() => {});
    await waitFor(() => ada.status === "closed");
    expect(ada.error?.data).toEqual({ code: "token_missing" });
  });
});

describe("a server of another kind", () => {
  let server: WebSocketServer;
  beforeEach(async () => {
    server = new WebSocketServer({ port: 0 });
    await once(server, "listening");
  });
  afterEach(() => {
    for (const one of server.clients) one.terminate();
    server.close();
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/prod`;

  test("whose protocol is newer is refused, in words", async () => {
    server.on("connection", (socket, { url }) => {
      expect(url).toBe("/prod?namespace=");
      socket.on("message", () => socket.send('{"type":"connect","version":2,"id":"a"}'));
    });
    const ada = connect(url(), { WebSocket });
    open.push(ada);
    ada.onError(() => {});
    await waitFor(() => ada.status === "closed");
    expect(ada.error?.message).toBe("Cannot connect: expected version 1 of the protocol, got 2");
  });

  test("that lets clients wait is tried again", async () => {
    const ada = connect(url(), { WebSocket, connectTimeoutMs: 50, reconnectDelayMs: 10 });
    open.push(ada);
    const seen: unknown[] = [];
    server.on("connection", (socket) => seen.push(socket));
    await waitFor(() => seen.length >= 3);
    expect(ada.error?.code).toBe("unreachable");
  });
});

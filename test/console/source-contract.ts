import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Socket } from "socket.io-client";
import type { ConsoleSource } from "../../console/source";
import { next, type TestStack, waitFor } from "../support/clients";

/** What each source of the console promises, with real sockets on a stack of test/e2e/app.ts. */

export interface SourceSetup {
  readonly stack: TestStack;
  readonly source: ConsoleSource;
}

const all = { offset: 0, limit: 100 };
/** A name that would be something in HTML, in a URL, in JSON and in a selector. */
const HOSTILE = `<img src=x onerror="window.hacked=1">&room=1#?%2F"'\\`;

/** No function understands it, so it comes back after its redrive. */
const LETTER = '{"type":"unknown","html":"<i>"}';

export function runSourceTests(setup: () => SourceSetup): void {
  const clients: Socket[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  async function connect(namespace = "/", rooms: readonly string[] = []): Promise<Socket> {
    const client = await setup().stack.connect(namespace);
    clients.push(client);
    if (rooms.length > 0) await client.emitWithAck("join", rooms);
    return client;
  }

  /** Reads again until what was done has arrived: a source may answer what it read a moment ago. */
  async function sees(holds: () => Promise<boolean>): Promise<void> {
    await waitFor(holds);
  }

  const sizeOf = async (search: string) =>
    (await setup().source.rooms({ ...all, search })).rows[0]?.members;

  test("rooms have their sizes, can be searched and sorted, and are paged", async () => {
    const { source } = setup();
    await connect("/", ["page-a", "page-b"]);
    await connect("/", ["page-b", "page-c"]);
    await sees(async () => (await sizeOf("page-b")) === 2);
    const sorted = { ...all, search: "PAGE-", sort: "members", descending: true };
    const { total, rows } = await source.rooms(sorted);
    expect(total).toBe(3);
    expect(rows.map(({ room, members }) => [room, members])).toEqual([
      ["page-b", 2],
      ["page-a", 1],
      ["page-c", 1],
    ]);
    const second = await source.rooms({ ...sorted, offset: 1, limit: 1 });
    expect(second).toMatchObject({ total: 3, offset: 1, rows: [{ room: "page-a" }] });
    const overview = await source.overview();
    expect(overview.namespaces).toContainEqual(expect.objectContaining({ namespace: "/" }));
  });

  test("a room lists its members, and a socket its rooms, data and handshake", async () => {
    const { source } = setup();
    const client = await connect("/chat", ["detail", HOSTILE]);
    // It connects by itself.
    const other = client.io.socket("/plain", {});
    await sees(async () => other.connected && (await sizeOf("detail")) === 1);
    const room = await source.room("/chat", HOSTILE);
    expect(room).toMatchObject({ members: 1, sockets: [{ id: client.id, rooms: 2 }] });
    const found = await source.socket("/chat", client.id as string);
    expect(found).toMatchObject({
      data: { connects: 1 },
      protocol: "socket.io",
      others: [{ namespace: "/plain", id: other.id }],
      handshake: { query: { transport: "websocket" } },
    });
    expect(found?.roomNames).toEqual([HOSTILE, "detail"]);
    const { rows } = await source.sockets({ ...all, search: client.id });
    expect(rows).toEqual([expect.objectContaining({ id: client.id, data: '{"connects":1}' })]);
    expect(await source.socket("/chat", "another's id")).toBeUndefined();
  });

  test("the map has who is in which room", async () => {
    const { source } = setup();
    const client = await connect("/chat", ["left", "right"]);
    await sees(async () => {
      const { rooms } = await source.map("/chat");
      return rooms.filter(({ sockets }) => sockets.includes(client.id as string)).length === 2;
    });
    const map = await source.map("/chat");
    expect(map.rooms.map(({ room }) => room).sort()).toEqual(["left", "right"]);
    expect(map).toMatchObject({ totalSockets: 1, loners: 0, rest: [] });
  });

  test("the server sends to all of a room, and a socket to the others", async () => {
    const { source } = setup();
    const [ada, bob] = [await connect("/", ["talk"]), await connect("/", ["talk"])];
    const heard: unknown[][] = [];
    ada.on("news", (...args) => heard.push(["ada", ...args]));
    bob.on("news", (...args) => heard.push(["bob", ...args]));
    const audience = { namespace: "/", rooms: ["talk"], event: "news" };
    const done = await source.act({ type: "emit", ...audience, except: [], args: ["<b>", 1] });
    expect(done.message).toBe("Sent to 2 sockets: 2 delivered");
    await waitFor(() => heard.length === 2);
    await source.act({ type: "emit", ...audience, except: [ada.id as string], args: ["others"] });
    await waitFor(() => heard.length === 3);
    expect(heard.sort()).toEqual([
      ["ada", "<b>", 1],
      ["bob", "<b>", 1],
      ["bob", "others"],
    ]);
  });

  test("a socket joins, is kicked out, and is disconnected", async () => {
    const { source } = setup();
    const client = await connect("/");
    const audience = { namespace: "/", rooms: [client.id as string], except: [] };
    await source.act({ type: "join", target: ["moved"], ...audience });
    await sees(async () => (await sizeOf("moved")) === 1);
    await source.act({ type: "leave", target: ["moved"], ...audience });
    await sees(async () => (await sizeOf("moved")) === undefined);
    const gone = next(client, "disconnect");
    await source.act({ type: "disconnect", close: false, ...audience });
    expect(await gone).toEqual(["io server disconnect"]);
  });

  test("what the operator may not do is said in words", async () => {
    const act = setup().source.act({
      ...{ type: "emit", event: "rooms:own", args: [] },
      ...{ namespace: "/", rooms: [], except: [] },
    });
    await expect(act).rejects.toThrow(/^Cannot emit: /);
  });

  test("dead letters can be looked at, again and again, and are moved back", async () => {
    const { source, stack } = setup();
    const { environment, queueUrls } = stack.stack;
    const sqs = new SQSClient({
      region: environment.AWS_REGION as string,
      endpoint: stack.stack.sqsUrl,
      credentials: stack.stack.credentials,
    });
    const dead = Object.entries(queueUrls).find(([id]) => /LanesDeadLetters/.test(id));
    const name = dead?.[1].split("/").at(-1) as string;
    const letter = { MessageBody: LETTER, MessageGroupId: "g", MessageDeduplicationId: "1" };
    await sqs.send(new SendMessageCommand({ QueueUrl: dead?.[1], ...letter }));
    for (let times = 0; times < 2; times++) {
      const [found] = await source.deadLetters(name);
      expect(found).toMatchObject({ body: LETTER, group: "g", receives: times + 1 });
    }
    const queues = await source.queues();
    const [origin] = queues.find((queue) => queue.name === name)?.deadLettersOf ?? [];
    expect(queues.find((queue) => queue.name === origin)?.what).toBe("lane");
    const done = await source.act({ type: "redrive", queue: name });
    expect(done.message).toBe("Moved 1 message back to the queue");
    await expect(source.act({ type: "redrive", queue: "other" })).rejects.toThrow("got other");
    await waitFor(() => stack.log.some(({ text }) => text.includes("Cannot read a lane event")));
  });
}

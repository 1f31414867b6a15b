import { logWarning } from "../../src/log";
import { worldOnTable } from "../support/table-world";
import { both } from "./support/both";
import { startRooms } from "./support/rooms";
import type { Application } from "./support/side";

/** What middlewares hang on the objects around a socket, for the listeners. */

jest.mock("../../src/log", () => ({
  ...jest.requireActual("../../src/log"),
  logWarning: jest.fn(),
}));

/** A socket as JavaScript tutorials see it; Socket.IO's types know nothing of these. */
interface Decorated {
  readonly request: {
    user?: unknown;
    session: { visits: number };
    readonly headers: Record<string, string>;
  };
  readonly handshake: {
    readonly auth: { readonly name: string };
    readonly query: Record<string, string>;
    readonly user?: string;
    readonly address: string;
  };
  readonly client: { readonly tag?: string };
  readonly conn: { readonly tag?: string };
}

const decorated = (socket: unknown) => socket as Decorated;

const read = (socket: unknown) => {
  const { request, handshake, client, conn } = decorated(socket);
  const { user, session, headers } = request;
  const { query, user: guest, address } = handshake;
  return {
    ...{ user, session, guest, query: query.role, language: headers["x-language"] },
    ...{ client: client.tag, conn: conn.tag, hasAddress: typeof address === "string" },
  };
};

const application: Application = (io) => {
  const use = (given: unknown, next: () => void) => {
    const socket = decorated(given);
    const { name } = socket.handshake.auth;
    Object.assign(socket.request, { user: { name, roles: ["a"] }, session: { visits: 1 } });
    Object.assign(socket.handshake, { user: name });
    Object.assign(socket.client, { tag: "client" });
    Object.assign(socket.conn, { tag: "conn" });
    socket.handshake.query.role = "admin";
    socket.request.headers["x-language"] = "en";
    next();
  };
  io.use(use);
  for (const name of ["/", "/chat"]) {
    io.of(name).on("connection", (socket) => {
      socket.emit("first", read(socket));
      socket.on("who", (ack) => ack(read(socket)));
      socket.on("visit", () => decorated(socket).request.session.visits++);
      socket.on("forget", () => {
        delete decorated(socket).request.user;
      });
    });
  }
};

const seen = (guest?: string) => ({
  ...{ user: { name: "Ada", roles: ["a"] }, session: { visits: 1 }, query: "admin" },
  ...{ language: "en", client: "client", conn: "conn", hasAddress: true },
  ...(guest && { guest }),
});

both("is there at connect, in events and in further namespaces", application, async (side) => {
  const client = await side.open();
  await client.join("/", { name: "Ada" });
  await client.send('420["who"]');
  const [answer] = client.take();
  expect(JSON.parse((answer as string).slice(3))).toEqual([seen("Ada")]);
  await client.join("/chat");
  await client.send('42/chat,1["who"]');
  expect(JSON.parse((client.take().at(-1) as string).slice("43/chat,1".length))).toEqual([seen()]);
});

both("changes in an event, for each socket of the connection", application, async (side) => {
  const client = await side.open();
  await client.join("/", { name: "Ada" });
  await client.join("/chat");
  await client.emit("visit");
  await client.emit("forget");
  client.take();
  await client.send('42/chat,1["who"]');
  const [{ user, session }] = JSON.parse(
    (client.take().at(-1) as string).slice("43/chat,1".length),
  );
  expect({ user, session }).toEqual({ session: { visits: 2 } });
});

test("what JSON cannot say is named once, and a session keeps its data", async () => {
  class Session {
    visits = 1;
    save() {}
  }
  const side = await startRooms((io) => {
    io.use((socket, next) => {
      Object.assign(socket.request, { session: new Session(), logIn() {}, pool: new Map() });
      next();
    });
    io.on("connection", (socket) => {
      socket.on("who", (ack) => ack({ ...decorated(socket).request.session }));
    });
  });
  const client = await side.connect();
  await client.send('420["who"]', '421["who"]');
  expect(client.take()).toEqual(['430[{"visits":1}]', '431[{"visits":1}]']);
  const said = jest.mocked(logWarning).mock.calls.map(([message]) => message);
  expect(said).toEqual([
    expect.stringMatching(/^socket.request.session keeps its data and loses the rest/),
    expect.stringMatching(/^socket.request.logIn cannot be kept/),
    expect.stringMatching(/^socket.request.pool cannot be kept/),
  ]);
  await side.close();
});

test("an application without it stores nothing for it", async () => {
  const world = await worldOnTable((io) => {
    io.on("connection", (socket) => {
      socket.data.a = 1;
    });
  });
  await world.connect("c=");
  await world.emit("c=", "x");
  const [item] = (await world.table.items()).filter(({ s }) => s === "c=");
  expect(item).not.toHaveProperty("x");
  expect(JSON.parse(item?.["d:/"] as string)).toEqual({ d: { a: 1 }, x: {}, q: true });
  await world.close();
});

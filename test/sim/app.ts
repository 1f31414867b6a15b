import { Server, type Socket } from "socket.io";
import { managedRooms } from "../../managed";
import { MAX_INLINE_BYTES } from "../../src/store/dynamo/items";
import type { FakeMemory } from "../support/fake-memory";
import type { Order } from "./orders";
import type { Said } from "./said";

/** Where the simulated clients meet, and how each namespace treats them. */
export const Places = {
  /** Rooms by the application's own events. */
  open: "/",
  /** The same, for those whom a middleware lets in. */
  guarded: "/guarded",
  /** Managed rooms with presence. */
  managed: "/team",
} as const;

export const PASSWORD = "let me in";

export interface Ending {
  readonly namespace: string;
  readonly socketId: string;
  readonly reason: string;
}

export interface AppOptions {
  readonly recovers: boolean;
  /** Told of each run of a `disconnect` listener. */
  readonly onEnd: (ending: Ending) => void;
  /** What keeps a variable of the application, where that outlives the container. */
  readonly memory?: FakeMemory;
}

/** The variable in which the application keeps what was said, in the order in which it was. */
export const SAID = "said";

type AskedOrder = Pick<Order, "what" | "namespace" | "room"> & { readonly except: string[] };
type Ack = (...args: unknown[]) => void;

/** The application, once for each container. */
export function createApp({ recovers, onEnd, memory }: AppOptions): Server {
  let said: string[] = [];
  memory?.cell(
    SAID,
    () => said,
    (value) => (said = value),
  );
  const note = (text: string) => {
    if (memory) said.push(text);
  };
  const io = new Server(recovers ? { connectionStateRecovery: {} } : {});
  io.of(Places.guarded).use((socket, next) => {
    const isLetIn = socket.handshake.auth.password === PASSWORD;
    next(isLetIn ? undefined : new Error("no entry"));
  });
  for (const name of [Places.open, Places.guarded]) {
    io.of(name).on("connection", (socket) => {
      talk(io, socket, note);
      socket.on("disconnect", (reason) =>
        onEnd({ namespace: name, socketId: socket.id, reason: String(reason) }),
      );
    });
  }
  managedRooms(io.of(Places.managed), {
    access: "open",
    presence: { rooms: "*", graceSeconds: 2 },
  });
  return io;
}

function talk(io: Server, socket: Socket, note: (text: string) => void): void {
  const { nsp } = socket;
  // A third of them make their connection so large that it is kept in parts.
  if (!socket.recovered && socket.id.charCodeAt(0) % 3 === 0) {
    socket.data.ballast = "x".repeat(MAX_INLINE_BYTES);
  }
  socket.on("join", async (room: string, ack: Ack) => {
    await socket.join(room);
    socket.data.joins = ((socket.data.joins as number | undefined) ?? 0) + 1;
    ack();
  });
  socket.on("leave", (room: string, ack: Ack) => {
    socket.leave(room);
    ack();
  });
  socket.on("say", (room: string, said: unknown, ack: Ack) => {
    nsp.to(room).emit("said", said);
    note(nameOf(said));
    ack();
  });
  socket.on("say to all", (said: unknown, ack: Ack) => {
    io.of(nsp.name).emit("said", said);
    note(nameOf(said));
    ack();
  });
  socket.on("ask me", async (n: number, ack: Ack) => {
    ack(await socket.timeout(20_000).emitWithAck("question", n));
  });
  socket.on("order", ({ what, namespace, room, except }: AskedOrder, ack: Ack) => {
    const members = io.of(namespace).in(room).except(except);
    if (what === "leave") members.socketsLeave(room);
    else members.disconnectSockets(what === "close");
    ack();
  });
}

/** How the application remembers what was said. */
export function nameOf(said: unknown): string {
  const { sender, n } = said as Said;
  return `${sender}/${n}`;
}

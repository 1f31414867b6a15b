import { Server, type ServerOptions, type Socket } from "socket.io";
import { type ManagedMessage, managedRooms } from "../../managed";

/** Only victims know it: who has it may do everything in managed rooms, and has something to hide. */
export const KEY = "victims-key-5f1d";
/** In whatever belongs to victims; no attacker may ever hear it. */
export const SECRET = "SECRET-7c40e9";
/** The room of managed rooms in which every client may speak, and in which the victims listen. */
export const LOBBY = "pub.lobby";

/** What the application was told, for those who judge what was heard. */
export interface Witness {
  /** Marks what has passed the review; no client knows it beforehand. */
  readonly stamp: string;
  /** What was lawfully sent to the victims' room, in order. */
  readonly lawful: { readonly event: string; readonly args: readonly unknown[] }[];
}

export type Flavour = "plain" | "recovering";

const OPTIONS: Record<Flavour, Partial<ServerOptions>> = {
  plain: {},
  recovering: { connectionStateRecovery: {}, cleanupEmptyChildNamespaces: true },
};

type Listener = (socket: Socket, args: unknown[], reply: (...args: unknown[]) => void) => unknown;

/** A stock application that trusts what clients send more than it should. */
export function createApplication(flavour: Flavour, witness: Witness): Server {
  const io = new Server(OPTIONS[flavour]);
  managed(io, witness);
  listen(io, "/plain", { ...common, ...careful });
  listen(io, "/raw", { ...common, ...careless });
  gate(io);
  const children = [
    io.of(/^\/dyn-\w$/),
    io.of((name, auth, next) => next(null, /^\/fn-[ab]$/.test(name) && auth.no !== true)),
  ];
  for (const parent of children) {
    parent.use((socket, next) =>
      next(socket.handshake.auth.no === 1 ? new Error("no") : undefined),
    );
    parent.on("connection", (socket) => register(socket, { ...common, ...careless }));
  }
  return io;
}

function managed(io: Server, { stamp, lawful }: Witness): void {
  managedRooms(io.of("/"), {
    authorize: (socket, _, room) =>
      socket.data.isOwner === true || room === undefined || /^(pub|own)\./.test(room),
    review: (message: ManagedMessage) => {
      const { room, event, args, scope } = message;
      const stamped = [stamp, room ?? null, ...args];
      if (room === LOBBY && scope !== "self") lawful.push({ event, args: stamped });
      return { change: { args: stamped } };
    },
    presence: { rooms: "pub.**", graceSeconds: 1 },
    limits: { actionsPerSecond: 1e9 },
  });
  io.use((socket, next) => {
    socket.data.isOwner = socket.handshake.auth.key === KEY;
    if (socket.data.isOwner) socket.data.secret = SECRET;
    next();
  });
  io.on("connection", (socket) => register(socket, common));
}

function gate(io: Server): void {
  io.of("/gate").use(async (socket, next) => {
    const { auth } = socket.handshake;
    if (auth.boom) throw new Error("boom");
    if (auth.pass === "word") return next();
    next(Object.assign(new Error(String(auth.pass)), { data: auth }));
  });
  io.of("/gate").on("connection", (socket) => register(socket, common));
}

function listen(io: Server, name: string, listeners: Record<string, Listener>): void {
  io.of(name).on("connection", (socket) => {
    if (socket.handshake.auth.key === KEY) {
      socket.data.secret = SECRET;
      void socket.join(`vip-${SECRET}`);
      // The application checks no permission before this.
      socket.to(`vip-${SECRET}`).emit("vip", SECRET);
    }
    register(socket, listeners);
  });
}

function register(socket: Socket, listeners: Record<string, Listener>): void {
  for (const [event, listener] of Object.entries(listeners)) {
    socket.on(event, (...args: unknown[]) => {
      const last = args.at(-1);
      const hasAck = typeof last === "function";
      const reply = hasAck ? (last as (...args: unknown[]) => void) : () => {};
      return listener(socket, hasAck ? args.slice(0, -1) : args, reply);
    });
  }
  socket.once("once", (value: unknown) => void socket.emit("once", kindOf(value)));
}

/** Never a function, which would ask the client for an ack, and wait for it as long as there is time. */
function kindOf(value: unknown): string {
  return typeof value;
}

const common: Record<string, Listener> = {
  echo: (_, args, reply) => reply(...args),
  set: (socket, [name, value], reply) => {
    socket.data.own = Object.assign(socket.data.own ?? {}, { [String(name)]: value });
    reply();
  },
  get: (socket, _, reply) => reply(socket.data.own ?? null),
  later: async (_, args, reply) => {
    await new Promise((resolve) => setImmediate(resolve));
    reply(...args);
  },
};

/** Rooms of clients have a prefix, so no client gets into another's. */
const careful: Record<string, Listener> = {
  join: async (socket, [room], reply) => {
    await socket.join(`u:${text(room)}`);
    reply(socket.rooms.size);
  },
  leave: async (socket, [room]) => socket.leave(`u:${text(room)}`),
  say: (socket, [room, ...args]) => socket.to(`u:${text(room)}`).emit("said", ...args),
  throw: () => {
    throw new Error("thrown by the application");
  },
  reject: async () => {
    throw new Error("rejected by the application");
  },
};

function text(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 100) : typeof value;
}

/** An invalid name would reach other clients as a packet that they cannot read, as with any Socket.IO. */
function eventName(value: unknown): string {
  return typeof value === "number" ? (value as unknown as string) : text(value);
}

/** Whatever a client sends is a room, an event or an argument. */
const careless: Record<string, Listener> = {
  join: (socket, rooms) => socket.join(rooms as string[]),
  leave: (socket, [room]) => socket.leave(room as string),
  say: (socket, [room, event, ...args]) =>
    socket.to(room as string).emit(eventName(event), ...args),
  all: (socket, [event, ...args]) => socket.nsp.emit(eventName(event), ...args),
  back: (socket, [event, ...args]) => socket.emit(eventName(event), ...args),
  volatile: (socket, args) => socket.volatile.compress(true).emit("volatile", ...args),
  except: (socket, [room, ...args]) => socket.nsp.except(room as string).emit("except", ...args),
  fetch: async (socket, [room], reply) => {
    const found = await socket.nsp.in(room as string).fetchSockets();
    reply(found.map(({ id, data, rooms }) => ({ id, data, rooms: [...rooms] })));
  },
  gather: (socket, [from, to]) => socket.nsp.in(from as string).socketsJoin(to as string),
  scatter: (socket, [from, to]) => socket.nsp.in(from as string).socketsLeave(to as string),
  kick: (socket, [room, close]) => socket.nsp.in(room as string).disconnectSockets(close === true),
  bye: (socket, [close]) => void socket.disconnect(close === true),
  hang: (socket, [name, value]) => {
    Object.assign(socket, { note: value, [`own-${text(name)}`]: value });
  },
  replace: (socket, [data]) => {
    socket.data = data;
  },
  ask: async (socket, args, reply) => {
    reply(await socket.timeout(5).emitWithAck("asked", ...args));
  },
  poll: (socket, [room], reply) => {
    socket.nsp
      .to(room as string)
      .timeout(5)
      .emit("polled", (error: Error | null, answers: unknown) => reply(String(error), answers));
  },
};

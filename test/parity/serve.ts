import { type Namespace, Server, type Socket } from "socket.io";
import { describe, performAll, type Tagged } from "./acts";
import type { Act, Auth, Room } from "./language";

/** The application of the parity test: whatever a client asks for, and a report of all it sees. */
export function serve(recovers: boolean): Server {
  const io = new Server(recovers ? { connectionStateRecovery: {} } : {});
  for (const name of ["/", "/chat", "/auth", /^\/team-\d$/]) {
    io.of(name).on("connection", (socket: Socket) => handle(socket, recovers));
  }
  guard(io.of("/auth"));
  io.of("/refusing").use((socket, next) => {
    socket.join("a");
    next(Object.assign(new Error("no client enters"), { data: { code: 7, text: "ü" } }));
  });
  return io;
}

/** What handlers in this process are at: one may go on when its client has long left. */
export const activity = { running: 0 };

type Ack = (...args: unknown[]) => void;
type Guarded = Pick<Namespace, "use">;

function guard(namespace: Guarded): void {
  namespace.use((socket, next) => {
    socket.emit("early", socket.connected);
    socket.join("early");
    socket.nsp.to("observers").emit("arriving", authOf(socket));
    next();
  });
  namespace.use(async (socket, next) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    const { token } = socket.handshake.auth as Auth;
    if (token !== "secret") return next(new Error(`unknown token ${token}`));
    socket.data.user = { token, at: [1, null] };
    (socket as Tagged).user = "of the middleware";
    next();
  });
}

/** Without what a client adds to recover its session, which is random. */
function authOf(socket: Socket): object {
  const { pid: _, offset: __, ...auth } = socket.handshake.auth;
  return auth;
}

function handle(socket: Tagged, recovers: boolean): void {
  socket.emit("welcome", describe(socket), authOf(socket), socket.recovered);
  handleEvents(socket);
  observe(socket, recovers);

  const { room, leave } = socket.handshake.auth as Auth;
  if (room !== undefined) {
    socket.join(room as string);
    socket.nsp.to(room as string).emit("joined", socket.id);
  }
  if (leave) socket.disconnect(leave === "connection");
}

function handleEvents(socket: Tagged): void {
  socket.on("do", async (acts: Act<Room>[], waitMs: number, ack: Ack) => {
    activity.running++;
    try {
      ack(await performAll(socket, acts, waitMs));
    } finally {
      activity.running--;
    }
  });
  socket.on("ask", async (ack: Ack) => ack(await socket.emitWithAck("question", "patiently")));
  socket.on("echo", (...args: [...unknown[], Ack]) => (args.pop() as Ack)(...args));
  socket.on("barrier", (ack: Ack) => ack());

  socket.on("number", (n: unknown) => socket.emit("number", n));
  socket.once("single", () => socket.emit("single seen"));
  socket.on("removable", () => socket.emit("removable seen"));
  socket.on("changed", (...args: unknown[]) => socket.emit("changed seen", args));
  socket.on("forbidden", () => socket.emit("forbidden seen"));
  socket.on("caught", (...args: unknown[]) => socket.emit("caught seen", args));
}

/** Everything else that a server can notice of a socket. */
function observe(socket: Tagged, recovers: boolean): void {
  socket.use((event, next) => {
    if (event[0] === "forbidden") return next(new Error("forbidden here"));
    if (event[0] === "changed") event.push("by the middleware");
    next();
  });
  socket.on("error", (error) => socket.emit("saw error", error.message));
  socket.onAny((event, ...args) => {
    if (event === "do" || event === "barrier" || event === "ask" || event === "echo") return;
    socket.emit("any", event, args);
  });
  socket.prependAny((event) => {
    if (event === "caught") socket.emit("any first");
  });
  socket.onAnyOutgoing((event, ...args) => {
    // With recovery, the last argument is the offset.
    if (recovers) args.pop();
    if (event === "traced") socket.emit("outgoing", args);
  });
  for (const event of ["disconnecting", "disconnect"] as const) {
    socket.on(event, (reason: string) => {
      const { nsp, id } = socket;
      nsp.to("observers").emit("observed", id, event, reason, describe(socket));
    });
  }
}

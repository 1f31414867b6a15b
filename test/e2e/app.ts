import { threadId } from "node:worker_threads";
import { type Namespace, Server, type Socket } from "socket.io";
import { managedRooms } from "../../managed";

/** The application of the end-to-end tests: a handler for each thing that a test wants done. */
export const io = new Server();

for (const name of ["/", "/chat"]) {
  const namespace = io.of(name);
  handle(namespace);
  managedRooms(namespace, { access: "open" });
}
managedRooms(io.of("/team"), {
  access: "open",
  presence: { rooms: "team.*", graceSeconds: 1 },
});
const early = io.of("/early");
early.use((socket, next) => {
  socket.emit("early");
  next();
});
early.on("connection", (socket) => void socket.emit("welcome"));
io.of("/plain").on("connection", () => {});
io.of("/guarded").use((_, next) => next(Object.assign(new Error("no entry"), { data: { a: 1 } })));

type Ack = (...args: unknown[]) => void;

interface Emit {
  readonly via: "io" | "socket" | "self";
  readonly to?: string[];
  readonly except?: string[];
  readonly event: string;
  readonly args?: unknown[];
}

function handle(namespace: Namespace): void {
  namespace.on("connection", (socket) => {
    socket.emit("welcome");
    socket.data.connects = (socket.data.connects ?? 0) + 1;

    socket.on("echo", (...args: [...unknown[], Ack]) => (args.pop() as Ack)(...args));
    socket.on("join", async (rooms: string[], ack: Ack) => {
      await socket.join(rooms);
      ack([...socket.rooms]);
    });
    socket.on("leave", (room: string, ack: Ack) => {
      socket.leave(room);
      ack([...socket.rooms]);
    });
    socket.on("members", async (room: string, ack: Ack) =>
      ack([...(await namespace.in(room).allSockets())]),
    );
    socket.on("emit", (request: Emit, ack?: Ack) => {
      emit(namespace, socket, request);
      ack?.();
    });
    socket.on("join and emit", (room: string) => {
      socket.join(room);
      namespace.to(room).emit("after join");
      socket.leave(room);
      namespace.to(room).emit("after leave");
      socket.emit("end");
    });
    // The local stack gives each container a thread; a variable of the module would be kept where memory is.
    socket.on("container", (ack: Ack) => ack(threadId, socket.data.connects));
    socket.on("number", (n: number) => socket.emit("number", n));
    socket.on("slow", async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, 30 - n));
      socket.emit("slow", n);
    });
    socket.on("die", () => process.exit(1));
    socket.on("let escape", () => {
      process.nextTick(() => {
        throw new Error("escaped from its listener");
      });
      return new Promise(() => {});
    });
    socket.on("throw", () => {
      throw new Error("a listener that fails");
    });
    socket.on("ask me", async (question: string, ack: Ack) => {
      ack(await socket.emitWithAck("question", question));
    });
    socket.on("ask all", async (room: string, ack: Ack) => {
      ack(await namespace.to(room).timeout(5000).emitWithAck("question", "all"));
    });
    socket.on("who", async (room: string, ack: Ack) => {
      const sockets = await namespace.in(room).fetchSockets();
      ack(sockets.map(({ id, rooms }) => [id, [...rooms]]));
    });
    socket.on("kick", (room: string) => {
      namespace.to(room).emit("bye");
      namespace.in(room).disconnectSockets(true);
    });
    socket.on("bytes", (...bytes: Buffer[]) => socket.emit("bytes back", ...bytes));
    socket.on("auth", (ack: Ack) => ack(socket.handshake.auth));
    socket.on("shut down", () => void io.close());
    socket.on("kick me", () => socket.disconnect(true));
    socket.on("watch", () => socket.join("watchers"));
    socket.on("disconnecting", (reason) => {
      namespace.to("watchers").emit("saw disconnecting", socket.id, reason, [...socket.rooms]);
    });
    socket.on("disconnect", (reason) => {
      namespace.to("watchers").emit("saw disconnect", socket.id, reason, [...socket.rooms]);
    });
  });
}

function emit(namespace: Namespace, socket: Socket, { via, to, except, event, args }: Emit) {
  if (via === "self") return socket.emit(event, ...(args ?? []));
  const target = via === "io" ? namespace.except([]) : socket.except([]);
  return target
    .to(to ?? [])
    .except(except ?? [])
    .emit(event, ...(args ?? []));
}

import type { Server, Socket } from "socket.io";
import type { RoomsAdapter } from "../../src/adapter/rooms-adapter";
import type { World } from "./world";

/** Stock clients whose session is recovered, as tests of a `World` play them. */

/** An offset below all that there ever were. */
export const LOWEST = "0".repeat(17);

/** What a client knows of its session. */
export interface Kept {
  readonly sid: string;
  readonly pid: string;
}

/** Connects a client whose session can be recovered. */
export async function startSession(world: World, id: string): Promise<Kept> {
  await world.connect(id);
  const reply = world.take(id).find((frame) => frame.startsWith("40{")) as string;
  return JSON.parse(reply.slice(2));
}

/** The CONNECT packet of a client that comes back. */
export function returnFrame({ pid }: Kept, offset = LOWEST): string {
  return `40${JSON.stringify({ pid, offset })}`;
}

/** Opens a connection for a client that is about to come back, and passes over its open packet. */
export async function openAgain(world: World, id: string): Promise<void> {
  await world.open(id, { EIO: "4", transport: "websocket" });
  world.take(id);
}

/** An application whose clients enter, leave and speak to rooms, and renew their tokens. */
export function moveBetweenRooms(io: Server): void {
  io.on("connection", (socket) => {
    socket.on("enter", (room) => socket.join(room));
    socket.on("exit", (room) => socket.leave(room));
    socket.on("fetch in", (id, room) => io.in(id).socketsJoin(room));
    socket.on("say", (room, ...args) => io.to(room).emit("news", ...args));
    socket.on("say but", (room, except, text) => io.to(room).except(except).emit("news", text));
    socket.on("claim", (exp) => renew(socket, exp));
  });
}

/** As `renew` of managed rooms does it. */
async function renew(socket: Socket, exp: number): Promise<void> {
  socket.data.claims = { exp };
  await (socket.nsp.adapter as unknown as RoomsAdapter).memberships.renew(socket.id);
}

import type { Namespace, Server, Socket } from "socket.io";

export type Ack = (...args: unknown[]) => void;

/** Who is in a room, for a client to ask. */
export function tellMembers(io: Server | Namespace, socket: Socket): void {
  socket.on("members", async (room: string, ack: Ack) =>
    ack([...(await io.in(room).allSockets())]),
  );
}

/** The first value of each answer among the frames. */
export const acked = (frames: readonly string[]) =>
  frames.filter((frame) => /^43\d/.test(frame)).map((frame) => JSON.parse(frame.slice(3))[0]);

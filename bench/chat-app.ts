import type { Server } from "socket.io";

/** The chat that the benchmarks run on every side. */
export function chat(io: Server): void {
  io.on("connection", (socket) => {
    socket.on("join", (room: string) => socket.join(room));
    socket.on("chat", (room: string, text: string) => io.to(room).emit("chat", text));
  });
}

import { type Namespace, Server } from "socket.io";
import { managedRooms } from "../managed";

/** A chat: stock Socket.IO code, with nothing of AWS in it. */
export const io = new Server();

chat(io.of("/"));
chat(io.of("/chat"));

function chat(namespace: Namespace): void {
  namespace.on("connection", (socket) => {
    socket.on("joinRoom", (room: string) => {
      socket.join(room);
      // To everyone else in the room.
      socket.to(room).emit("message", `${socket.id} joined ${room}`, { room });
      // To the sender alone.
      socket.emit("message", `You joined ${room}`, { room });
    });

    socket.on("leaveRoom", (room: string) => {
      socket.leave(room);
      socket.to(room).emit("message", `${socket.id} left ${room}`, { room });
      socket.emit("message", `You left ${room}`, { room });
    });

    socket.on("chatMessage", ({ room, message }: { room: string; message: string }) => {
      // To everyone in the room, the sender included.
      namespace.to(room).emit("message", message, { room, from: socket.id });
    });

    socket.on("disconnect", (reason) => {
      console.log(`disconnected: ${socket.id} (${reason})`);
    });
  });

  // Lets clients join, leave and send to rooms by themselves, JSON clients among them.
  managedRooms(namespace, { access: "open" });
}

import { Server } from "socket.io";
import { managedRooms } from "../../managed";
import { unsignedTokens } from "./unsigned-tokens";

/** The application of the examples in docs/protocol.md, and of the tests of `@lambda-rooms/client`. */
export const io = new Server({ connectionStateRecovery: {} });

for (const name of ["/", "/chat"]) {
  const namespace = io.of(name);
  namespace.on("connection", (socket) => {
    socket.on("chatMessage", ({ room, message }, ack) => {
      namespace.to(room).emit("message", message);
      ack(`sent to ${room}`);
    });
    socket.on("name?", (ack) => ack(socket.handshake.auth.name));
    socket.on("ask me", async () => {
      const answer = await socket.timeout(5000).emitWithAck("how are you?", "Ada");
      socket.emit("so you are", answer);
    });
    socket.on("disconnect me", () => socket.disconnect());
  });
  managedRooms(namespace, { access: "open", presence: { rooms: "team.*" } });
}

managedRooms(io.of("/private"), { tokens: unsignedTokens });

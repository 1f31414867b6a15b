import { createServer } from "node:http";
import path from "node:path";
import express from "express";
import { Server } from "socket.io";

interface FromServer {
  message(text: string): void;
  users(names: string[]): void;
}
interface ToServer {
  enter(name: string): void;
  say(text: string): void;
}

const app = express();
app.use(express.static(path.join(__dirname, "public")));

const server = createServer(app);
const io = new Server<ToServer, FromServer>(server);

/** Names by socket. It outlives the function that runs this file, as it would a process. */
const users = new Map<string, string>();

io.on("connection", (socket) => {
  const tell = () => io.to("lobby").emit("users", [...users.values()]);

  socket.on("enter", (name) => {
    users.set(socket.id, name);
    socket.join("lobby");
    socket.to("lobby").emit("message", `${name} is here`);
    tell();
  });

  socket.on("say", (text) => {
    io.to("lobby").emit("message", `${users.get(socket.id)}: ${text}`);
  });

  socket.on("disconnect", () => {
    if (users.delete(socket.id)) tell();
  });
});

server.listen(3000);

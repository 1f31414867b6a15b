const { createServer } = require("node:http");
const path = require("node:path");
const express = require("express");
const { Server } = require("socket.io");

const app = express();
app.use(express.static(path.join(__dirname, "public")));
const server = createServer(app);
const io = new Server(server);

io.on("connection", (socket) => {
  socket.on("enter", (room, name) => {
    socket.data.name = name;
    socket.join(room);
    socket.to(room).emit("message", `${name} is here`);
  });

  socket.on("say", (room, text) => {
    if (socket.rooms.has(room)) io.to(room).emit("message", `${socket.data.name}: ${text}`);
  });

  socket.on("typing", (room) => socket.to(room).emit("typing", socket.data.name));

  socket.on("disconnecting", () => {
    for (const room of socket.rooms) {
      if (room !== socket.id) socket.to(room).emit("message", `${socket.data.name} has left`);
    }
  });
});

server.listen(3000);

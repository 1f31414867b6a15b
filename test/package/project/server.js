const express = require("express");
const { createServer } = require("node:http");
const { Server } = require("socket.io");
const app = express();
const users = {};
app.get("/users", (_, response) => response.json(Object.values(users)));
const server = createServer(app);
const io = new Server(server);
io.on("connection", (socket) => {
  socket.on("hello", (name, answer) => {
    users[socket.id] = name;
    socket.join("lobby");
    io.to("lobby").emit("joined", name);
    answer(`welcome ${name}`);
  });
});
server.listen(3000);

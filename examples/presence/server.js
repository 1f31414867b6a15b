const { createServer } = require("node:http");
const path = require("node:path");
const express = require("express");
const { managedRooms } = require("lambda-rooms/managed");
const { Server } = require("socket.io");

const app = express();
app.use(express.static(path.join(__dirname, "public")));
const server = createServer(app);
const io = new Server(server, { connectionStateRecovery: {} });

// Clients join by themselves; the server tells rooms `team.…` who comes and goes.
managedRooms(io.of("/"), { access: "open", presence: { rooms: "team.*", graceSeconds: 5 } });

// A question to a client, for those that show how to answer one.
io.on("connection", (socket) => {
  socket.on("ask me", async (answer) => {
    answer(await socket.timeout(10_000).emitWithAck("how are you?"));
  });
});

server.listen(3000);

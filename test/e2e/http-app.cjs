const express = require("express");
const app = express();
const server = require("node:http").createServer(app);
const io = require("socket.io")(server, { connectionStateRecovery: {} });

io.of(/^\/team-\d$/);
io.on("connection", (socket) => {
  socket.on("join", (room, answer) => {
    socket.join(room);
    answer();
  });
  socket.emit("welcome");
});

/** Everything that a route may ask of sockets. */
app.post("/all", async (_req, res) => {
  io.to("big").emit("hi");
  io.to("few").emit("hi");
  io.to("big").socketsJoin("other");
  io.to("other").emit("hi");
  io.to("other").socketsLeave("other");
  const acks = await io.in("few").timeout(20_000).emitWithAck("ask");
  const sockets = await io.fetchSockets();
  io.of("/team-1").emit("hi");
  res.json({ acks, sockets: sockets.length });
});
app.post("/kick", (_req, res) => {
  io.in("few").disconnectSockets();
  res.end();
});
app.post("/emit", (_req, res) => {
  io.to("few").emit("hi");
  res.send("sent");
});
app.get("/late", (_req, res) => {
  res.send("early");
  setTimeout(() => io.to("few").emit("late"), 50);
});
app.get("/", (_req, res) => res.send("page"));
server.listen(3000);

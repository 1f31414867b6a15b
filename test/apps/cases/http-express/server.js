const express = require("express");
const { createServer } = require("node:http");
const { readFile } = require("node:fs");
const { Server } = require("socket.io");

const app = express();
app.set("trust proxy", true);
app.use(express.json());
const server = createServer(app);
const io = new Server(server);
const admin = io.of("/admin");

io.on("connection", (socket) => {
  socket.join("lobby");
  socket.on("double", (n, answer) => answer(n * 2));
  socket.on("leave", () => socket.leave("lobby"));
  socket.emit("welcome");
});
admin.on("connection", (socket) => socket.emit("welcome"));

app.get("/", (_req, res) => res.send("<h1>hello</h1>"));
app.get("/json/:id", (req, res) => res.json({ id: req.params.id, query: req.query }));
app.get("/proxied", (req, res) => {
  const isForwarded = req.ips.length > 0;
  res.json({ secure: req.secure, protocol: req.protocol, isForwarded, via: req.ips.at(0) });
});
app.post("/say", (req, res) => {
  io.to("lobby").emit("said", req.body.text, 1);
  io.of("/admin").emit("said", req.body.text, 2);
  io.to("elsewhere").emit("said", "to no one", 3);
  io.except("lobby").emit("said", "to no one", 4);
  res.status(202).send("sent");
  io.emit("said", req.body.text, 5);
});
app.post("/later", (_req, res) => {
  res.send("will do");
  readFile(`${__dirname}/words.txt`, "utf8", (error, words) => {
    io.emit("read", error ?? words);
    setImmediate(() => process.nextTick(() => io.emit("read", "again")));
  });
});
app.post("/moves", async (_req, res) => {
  io.socketsJoin("second");
  io.in("second").emit("moved", "together");
  io.in("lobby").socketsLeave("second");
  io.in("second").emit("moved", "not any more");
  const sockets = await io.fetchSockets();
  const rooms = sockets.map((socket) => [...socket.rooms].filter((room) => room !== socket.id));
  res.json(rooms);
});
app.post("/ask", async (_req, res) => res.json(await io.timeout(20_000).emitWithAck("ask", 20)));
app.post("/kick", (_req, res) => {
  io.in("lobby").disconnectSockets();
  res.sendStatus(204);
});
app.get("/sse", (_req, res) => {
  res.set("content-type", "text/event-stream");
  res.write("data: 1\n\n");
  res.end("data: 2\n\n");
});
app.get("/old", (_req, res) => res.redirect(301, "/json/1?a=b"));
server.listen(process.env.PORT || 3000);

const express = require("express");
const http = require("node:http");
const path = require("node:path");
const { Server } = require("socket.io");

const app = express();
app.get("/api/me", (req, res) => res.json({ host: req.headers.host, from: req.ip }));
app.post("/api/echo", express.text(), (req, res) => res.status(201).send(req.body));
app.use(express.static(path.join(__dirname, "public")));
app.use((req, res) => res.status(404).send(`no ${req.path}`));

const server = http.createServer(app);
const io = new Server(server);
io.on("connection", (socket) => {
  const { address, headers, url } = socket.handshake;
  socket.emit("you", { address, host: headers.host, names: Object.keys(headers), url });
  socket.on("say", (text) => io.emit("said", text));
});
server.listen(3000);

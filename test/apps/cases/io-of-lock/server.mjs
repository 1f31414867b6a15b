import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer();
const io = new Server(server, {
  allowRequest: (req, answer) => {
    const key = new URL(req.url, "http://a").searchParams.get("key");
    answer(key ? null : "no key", Boolean(key));
  },
});
const reasons = [];
io.engine.on("connection_error", ({ code, context }) => reasons.push([code, context.message]));
io.use((socket, next) =>
  next(socket.handshake.query.key === "secret" ? undefined : new Error("wrong key")),
);
io.of("/inner").use((socket, next) => {
  socket.data.key = socket.request._query.key;
  next();
});
io.on("connection", (socket) => {
  socket.emit("welcome", io.engine.opts.allowRequest !== undefined, reasons.length);
  socket.on("key", (answer) => answer(socket.handshake.query.key));
});
server.listen(process.env.PORT || 3000);

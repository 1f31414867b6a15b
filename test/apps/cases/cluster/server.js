const cluster = require("node:cluster");
const http = require("node:http");
const { Server } = require("socket.io");

if (cluster.isPrimary) {
  cluster.fork();
} else {
  const server = http.createServer();
  const io = new Server(server);
  io.on("connection", (socket) =>
    socket.emit("welcome", cluster.isWorker, typeof cluster.worker.id),
  );
  server.listen(process.env.PORT || 3000);
}

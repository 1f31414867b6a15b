const { setTimeout: sleep } = require("node:timers/promises");
const http = require("node:http").createServer();
const { Server } = require("socket.io");

const io = new Server(http);
io.on("connection", (socket) => socket.emit("welcome", "in"));
sleep(20).then(() =>
  http.listen(process.env.PORT || 3000, () =>
    io.engine.use((req, res, next) => {
      if (req.headers["x-key"] === "secret") return next();
      res.writeHead(401);
      res.end();
    }),
  ),
);

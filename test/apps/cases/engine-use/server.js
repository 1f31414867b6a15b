const http = require("node:http").createServer();
const { Server } = require("socket.io");
const helmet = (_req, res, next) => {
  res.setHeader("x-frame-options", "DENY");
  next();
};

const io = new Server(http);
io.engine.use(helmet);
io.engine.use(async (req, res, next) => {
  const { "x-key": key } = req.headers;
  if (key === "throw") throw new Error("no key");
  if (key === "refuse") return next(new Error("not you"));
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (key !== "secret") {
    res.writeHead(401);
    return res.end();
  }
  req.user = { name: "ada", visits: 0 };
  next();
});
io.engine.use((req, _res, next) => {
  const { EIO, transport } = req._query;
  req.seen = [
    req.method,
    EIO,
    transport,
    req.url.includes("EIO=4"),
    typeof req.socket.remoteAddress,
  ];
  next();
});
io.on("connection", (socket) => {
  const { request } = socket;
  socket.emit("welcome", request.user.name, request.seen);
  socket.on("who", (answer) => {
    request.user.visits += 1;
    answer(request.user);
  });
});
http.listen(process.env.PORT || 3000);

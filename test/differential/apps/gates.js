// Middlewares that let clients in, or not, by what has happened before.
const io = require("socket.io")();
const banned = new Set();
let tries = 0;
let most = 2;
io.use((socket, next) => {
  tries++;
  if (!banned.has(socket.handshake.auth.name)) return next();
  const error = new Error("banned");
  error.data = { tries, banned: [...banned] };
  next(error);
});
io.use(async (socket, next) => {
  await Promise.resolve();
  if (io.sockets.sockets.size >= most) return next(new Error(`full: ${most}`));
  socket.since = tries;
  next();
});
io.on("connection", (socket) => {
  const { name } = socket.handshake.auth;
  let refused = 0;
  socket.use(([event, ...args], next) => {
    if (event === "quiet" && tries % 2 === 0) return next(new Error(`refused ${++refused}`));
    if (event === "drop it") return;
    args.push(refused);
    next();
  });
  socket.on("error", (error) => socket.emit("failed", error.message, refused));
  socket.emit("in", name, socket.since, tries);
  socket.on("quiet", (n) => io.emit("quiet", n, refused));
  socket.on("drop it", () => io.emit("never"));
  socket.on("ban", (who) => banned.add(who));
  socket.on("pardon", () => banned.clear());
  socket.on("most", (n) => {
    most = n;
  });
  socket.on("tries", (ack) => ack(tries, most, [...banned], refused));
});

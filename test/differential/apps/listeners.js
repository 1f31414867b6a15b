// Listeners that come, go, and come twice.
const io = require("socket.io")();
const heard = [];
const common = (value) => heard.push(`common ${value}`);
io.on("connection", (socket) => {
  let count = 0;
  const any = (event, ...args) => heard.push(`any ${event} ${args.length} ${count}`);
  const out = (event) => event !== "heard" && heard.push(`out ${event}`);
  const twice = () => socket.emit("twice", ++count);
  socket.on("watch", () => socket.onAny(any));
  socket.on("watch first", () => socket.prependAny((event) => heard.push(`first ${event} ${count}`)));
  socket.on("unwatch", () => socket.offAny(any));
  socket.on("blind", () => socket.offAny());
  socket.on("watch out", () => socket.onAnyOutgoing(out));
  socket.on("unwatch out", () => socket.offAnyOutgoing(out));
  socket.on("add", () => {
    if (socket.listenerCount("hit") < 6) socket.on("hit", twice);
    socket.once("hit", () => heard.push(`once ${count}`));
  });
  socket.on("add first", () => {
    socket.prependListener("hit", common);
    socket.prependOnceListener("hit", () => heard.push("once first"));
  });
  socket.on("remove", () => socket.off("hit", twice));
  socket.on("remove common", () => socket.removeListener("hit", common));
  socket.on("remove all", () => socket.removeAllListeners("hit"));
  socket.on("counts", (ack) => ack(socket.listenerCount("hit"), socket.eventNames().length, socket.listenersAny().length));
  socket.on("heard", (ack) => ack(heard.splice(0)));
  socket.once("first", function (value) {
    count += value;
    this.emit("first", count);
    this.once("first", (next) => socket.emit("second", next, count));
  });
  socket.send("hello");
  socket.on("message", (...args) => socket.broadcast.emit("message", ...args, count));
});

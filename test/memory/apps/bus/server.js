const { EventEmitter } = require("node:events");
const io = require("socket.io")();
const bus = new EventEmitter();
class Feed extends EventEmitter {
  last = [];
  publish(item) {
    this.last.push(item);
    this.emit("item", item);
  }
}
const feed = new Feed();
let heard = 0;
bus.on("said", () => heard++);
io.on("connection", (socket) => {
  const onItem = (item) => socket.emit("item", item);
  socket.on("follow", () => feed.on("item", onItem));
  socket.on("unfollow", () => feed.off("item", onItem));
  socket.on("publish", (item) => feed.publish(item));
  socket.on("said", (text) => bus.emit("said", text));
  socket.on("wait", () =>
    bus.once("said", (text) => socket.emit("waited for", text, feed.last.length)),
  );
  socket.on("heard", (ack) => ack(heard, bus.listenerCount("said"), feed.listenerCount("item")));
  socket.on("disconnect", () => feed.off("item", onItem));
});

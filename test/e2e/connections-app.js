const { Server } = require("socket.io");

/** Its variables are those of its connections alone, so that each has a lane, which keeps them. */
const io = new Server(3000);

class Cart {
  #items = new Map();
  constructor(socket) {
    this.socket = socket;
  }
  add(name, count) {
    this.#items.set(name, (this.#items.get(name) ?? 0) + count);
    this.socket.emit("cart", [...this.#items]);
  }
}

for (const name of ["/", "/shop"]) {
  io.of(name).on("connection", (socket) => {
    const cart = new Cart(socket);
    const acks = new Map();
    let page = "start";
    let visits = 0;
    socket.emit("welcome");
    socket.on("visit", (to) => {
      visits++;
      page = to;
    });
    socket.on("page", (ack) => ack(page, visits));
    socket.on("add", (item, count) => cart.add(item, count));
    socket.on("watch", (item) => {
      let seen = 0;
      socket.join(item);
      const onSeen = () => socket.emit("seen", item, ++seen);
      socket.on("look", onSeen);
      socket.once("stop", () => socket.off("look", onSeen));
    });
    socket.on("grow", (n, ack) => {
      page = page.padEnd(n, ".");
      ack(page.length);
    });
    socket.on("later", (id, ack) => acks.set(id, ack));
    socket.on("now", (id, answer) => {
      acks.get(id)(answer);
      acks.delete(id);
    });
    socket.on("disconnect", () => io.of(name).emit("left", page, visits));
  });
}

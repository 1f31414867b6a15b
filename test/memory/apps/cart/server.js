const io = require("socket.io")();

const prices = { tea: 3, milk: 1 };
const units = new Map([["tea", "g"]]);

/** All of it belongs to one connection: it is what `ordering: "connection"` keeps. */
class Cart {
  #items = new Map();
  log = [];
  constructor(socket) {
    this.socket = socket;
  }
  add(name) {
    this.#items.set(name, (this.#items.get(name) ?? 0) + 1);
    this.log.push({ name, at: this.log.length });
    return this.total();
  }
  total() {
    let sum = 0;
    for (const [name, count] of this.#items) sum += (prices[name] ?? 2) * count;
    return sum;
  }
  onShow = (ack) => ack([...this.#items], this.log, this.socket.id);
}

function counter(start) {
  let n = start;
  return { next: () => ++n, reset: () => (n = start) };
}

io.on("connection", (socket) => {
  const cart = new Cart(socket);
  const steps = counter(10);
  const acks = [];
  const own = { units, steps };
  let last = cart.log;
  let sizes = new Set([1n, undefined, NaN]);
  socket.cart = cart;
  socket.data.own = own;
  socket.on("add", (name) => socket.emit("total", cart.add(name), steps.next()));
  socket.on("show", cart.onShow);
  socket.on("same", (ack) => {
    ack(socket.cart === cart, socket.data.own === own, own.units === units, last === cart.log, sizes.size);
  });
  socket.on("wait", (ack) => acks.push(ack));
  socket.on("answer", () => {
    for (const ack of acks.splice(0)) ack(steps.next());
  });
  socket.on("reset", () => {
    steps.reset();
    last = [...last];
    sizes = new Set([...sizes, String(steps.next())]);
  });
  socket.on("each", () => {
    for (const name of ["tea", "milk"]) {
      let count = 0;
      const on = () => socket.emit("counted", name, ++count, cart.total());
      socket.on(`count ${name}`, on);
      socket.once("stop", () => socket.off(`count ${name}`, on));
    }
  });
  socket.use(([event], next) => {
    if (event === "blocked") socket.emit("was blocked", steps.next());
    else next();
  });
  socket.on("disconnect", () => io.emit("left", cart.total(), steps.next()));
});

// Listeners that go on after a while, without timers.
const io = require("socket.io")();
const order = [];
let running = 0;
const nap = () => new Promise((resolve) => setImmediate(resolve));
async function* steps(n) {
  for (let at = 0; at < n; at++) yield at;
}
io.on("connection", async (socket) => {
  let mine = 0;
  socket.on("early", (ack) => ack(++mine, order.length));
  await null;
  mine += 10;
  socket.on("work", async (n, ack) => {
    running++;
    const at = order.push(`begin ${n}`);
    for await (const step of steps(n)) mine += step;
    await Promise.all([1, 2].map(async (one) => { mine += one; }));
    running--;
    ack(mine, at, running);
  });
  socket.on("later", (n) => {
    process.nextTick(() => order.push(`tick ${n}`));
    queueMicrotask(() => order.push(`micro ${n}`));
    setImmediate(() => socket.emit("immediate", n, order.splice(0)));
  });
  socket.on("fail", async (n, ack) => {
    try {
      await Promise.reject(new Error(`no ${n}`));
    } catch (error) {
      mine--;
      ack(error.message, mine);
    } finally {
      order.push("finally");
    }
  });
  socket.on("nap", async (ack) => {
    await nap();
    mine++;
    ack(mine);
  });
  socket.on("order", (ack) => ack(order, running));
});

const io = require("socket.io")();
const handlers = {};
for (const event of ["red", "green"]) {
  let count = 0;
  handlers[event] = (socket) => io.emit(event, ++count, socket.id);
}
for (var index = 0; index < 2; index++) {
  handlers[`n${index}`] = () => io.emit("index", index);
}
const later = [];
const sum = (...numbers) => numbers.reduce((a, b) => a + b, 0);
io.on("connection", async (socket) => {
  for (const [event, handler] of Object.entries(handlers)) socket.on(event, () => handler(socket));
  for (let n = 0; n < 3; n++) {
    socket.on(`add ${n}`, () => {
      n += 10;
      socket.emit("n", n);
    });
  }
  let step = "before";
  await null;
  step = "after";
  socket.on("step", async (ack) => {
    const before = step;
    step += "!";
    await new Promise((resolve) => setImmediate(resolve));
    ack(before, step);
  });
  socket.on("fail", (text) => {
    try {
      throw new Error(text);
    } catch (error) {
      later.push(() => error.message);
      setTimeout(() => socket.emit("failed", error.message), 10);
    }
    if (text) {
      const copy = `${text}${text}`;
      later.push(function () {
        return arguments.length + copy;
      });
    }
    switch (text) {
      case "x": {
        const inner = text.length;
        later.push(() => inner);
        break;
      }
      default:
        later.push(() => "default");
    }
    function declared() {
      return `declared ${text}`;
    }
    later.push(declared);
    (() => {
      const deep = text;
      later.push(() => [deep].map((one) => `${one}?`).join());
    })();
  });
  socket.on("later", (ack) => ack(later.map((fn) => fn(1, 2))));
  socket.on("names", (ack) =>
    ack(
      later.map((fn) => fn.name),
      sum.name,
      sum(1, 2),
    ),
  );
  socket.on("label", ({ name = "none", ...rest } = {}, ...more) => {
    const shown = () => `${name} ${Object.keys(rest)}`;
    setTimeout(() => socket.emit("label", shown()), 20);
  });
});

const io = require("socket.io")();
const pending = {};
const queue = [];
io.on("connection", (socket) => {
  let mine;
  socket.on("ask", (id, ack) => {
    pending[id] = ack;
    mine = ack;
  });
  socket.on("answer", (id, text) => {
    pending[id]?.(text, socket.id);
    delete pending[id];
  });
  socket.on("mine", () => mine?.("mine"));
  socket.on("queue", (ack) => queue.push({ ack, at: queue.length }));
  socket.on("flush", () => {
    for (const { ack, at } of queue.splice(0)) ack(at);
  });
  socket.on("slow", (ack) => setTimeout(ack, 250, "late"));
  socket.on("slower", (ack) => {
    const room = io.to(socket.id);
    setTimeout(() => {
      room.emit("room", 1);
      ack();
    }, 350);
  });
});

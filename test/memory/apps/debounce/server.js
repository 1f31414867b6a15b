const io = require("socket.io")();
function debounce(fn, ms) {
  let timer;
  function debounced(...args) {
    clearTimeout(timer);
    debounced.calls = (debounced.calls ?? 0) + 1;
    timer = setTimeout(() => fn.apply(this, args), ms);
  }
  debounced.cancel = () => clearTimeout(timer);
  return debounced;
}
const save = debounce((text) => io.emit("saved", text, save.calls), 400);
const typing = new Map();
io.on("connection", (socket) => {
  const announce = debounce((text) => socket.broadcast.emit("draft", socket.id, text), 200);
  socket.on("edit", save);
  socket.on("draft", announce);
  socket.on("discard", () => {
    announce.cancel();
    save.cancel();
  });
  socket.on("typing", () => {
    if (typing.has(socket.id)) clearTimeout(typing.get(socket.id));
    else socket.broadcast.emit("typing", socket.id);
    typing.set(
      socket.id,
      setTimeout(() => {
        typing.delete(socket.id);
        socket.broadcast.emit("stopped typing", socket.id);
      }, 1500),
    );
  });
});

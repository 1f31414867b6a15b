const { Server } = require("socket.io");
const io = new Server();
io.on("connection", (socket) => {
  let name = null;
  let { renames, history } = { renames: 0, history: [] };
  const say = (text) => io.emit("said", `${name} (${renames}): ${text}`);
  socket.on("name", (next) => {
    history.push(name);
    name = next;
    renames++;
  });
  socket.on("who", (ack) => ack(name, renames, history));
  socket.on("say", say);
  socket.on("disconnect", () => {
    if (name) io.emit("left", name);
  });
});

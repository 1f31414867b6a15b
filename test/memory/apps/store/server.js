const io = require("socket.io")();
const state = require("./state");
const { join, leave, size } = require("./users");
io.on("connection", (socket) => {
  socket.user = join(socket.id);
  socket.on("show", (ack) => {
    const inLobby = [...state.rooms.get("lobby")];
    const same = state.users[socket.id] === socket.user && inLobby.includes(socket.user);
    ack(size(), state.count, Object.values(state.users), same, state.settings.max);
  });
  socket.on("rename", (name) => {
    socket.user.name = name;
  });
  socket.on("reset", () => {
    state.rooms = new Map([["lobby", new Set(Object.values(state.users))]]);
  });
  socket.on("disconnect", () => leave(socket.id));
});

const { Server } = require("socket.io");

const io = new Server({
  cookie: true,
  allowRequest: async (req, answer) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    req.headers["x-user"] = "ada";
    answer(null, req.headers["x-key"] === "secret");
  },
});
io.on("connection", (socket) => {
  socket.emit("welcome", socket.handshake.headers["x-user"]);
  socket.on("who", (answer) => answer(socket.request.headers["x-user"]));
});
io.listen(process.env.PORT || 3000);

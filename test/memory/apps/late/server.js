const io = require("socket.io")();
let all = 0;
io.on("connection", (socket) => {
  socket.on("go", () => {
    all += require("./late").next();
  });
});

const io = require("socket.io")(3000);

/** A game's loop. */
let tick = 0;
setInterval(() => io.emit("tick", ++tick), 20);

io.on("connection", (socket) => {
  socket.emit("welcome");
  socket.on("where", (done) => done(tick));
});

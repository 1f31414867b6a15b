const http = require("http").createServer();
const io = require("socket.io")(http);
io.on("connection", (socket) => {
  socket.emit("welcome", "to a script");
  socket.on("hi", (name, answer) => answer(`hello ${name}`));
});
http.listen(process.env.PORT || 3000);

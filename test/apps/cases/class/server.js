const http = require("http");
const { Server } = require("socket.io");

class Chat {
  constructor() {
    this.server = http.createServer();
    this.io = new Server(this.server);
    this.io.on("connection", (socket) => this.welcome(socket));
  }

  welcome(socket) {
    socket.emit("welcome", this.constructor.name);
    socket.on("say", (room, text, answer) => {
      socket.join(room);
      this.io.to(room).emit("said", text);
      answer("done");
    });
  }

  start() {
    this.server.listen(process.env.PORT || 3000);
  }
}

new Chat().start();

const http = require("http").createServer();
const { Server } = require("socket.io");

const io = new Server(http);
const admin = new Server();
admin.on("connection", (socket) => socket.emit("welcome", "to operators"));
io.on("connection", (socket) => socket.emit("welcome", "to clients"));
http.listen(process.env.PORT || 3000);

module.exports = { io, admin };

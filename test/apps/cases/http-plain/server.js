const { createServer } = require("http");
const { Server } = require("socket.io");

const server = createServer((request, response) => {
  if (request.method === "POST" && request.url === "/notify") {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      io.emit("note", JSON.parse(text));
      response.end("sent");
    });
    return;
  }
  response.setHeader("content-type", "text/html");
  response.end("<h1>my own page</h1>");
});
const io = new Server(server);
io.on("connection", (socket) => socket.emit("welcome"));
server.listen(process.env.PORT || 3000);

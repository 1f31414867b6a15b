const { Server } = require("socket.io");

const one = new Server(3000);
function makeAnother() {
  return new Server(3001);
}
one.on("connection", () => makeAnother());
makeAnother();

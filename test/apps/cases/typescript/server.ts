import { createServer } from "node:http";
import { Server, type Socket } from "socket.io";
import { Fruit, named } from "./words";

class Greeter {
  declare label: string;

  @named("method")
  greet(socket: Socket): void {
    socket.emit("welcome", this.label, Fruit.pear);
  }
}

const server = createServer();
const io = new Server(server, { cors: { origin: "*" } });
io.on("connection", (socket: Socket) => {
  new Greeter().greet(socket);
  socket.on("name", (answer: (name: string) => void) => answer(Greeter.name));
});
server.listen(Number(process.env.PORT ?? 3000));

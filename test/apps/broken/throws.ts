import { Server } from "socket.io";

interface Config {
  readonly port: number;
}

const io = new Server();
io.on("connection", () => undefined);

const config = undefined as unknown as Config;
io.listen(config.port);

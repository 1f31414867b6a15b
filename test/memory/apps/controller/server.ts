import { Server, type Socket } from "socket.io";
import { Room } from "./room.js";

enum Phase {
  Waiting = "waiting",
  Running = "running",
}

namespace Rules {
  export const most = 3;
  export let asked = 0;
  export function fits(n: number): boolean {
    asked++;
    return n < most;
  }
}

interface Message {
  readonly text: string;
}

export const io = new Server();
const rooms = new Map<string, Room>();

class Controller {
  private phase: Phase = Phase.Waiting;
  readonly #log: string[] = [];

  constructor(
    private readonly server: Server,
    protected names: string[] = [],
  ) {
    server.on("connection", this.onConnection);
  }

  private onConnection = (socket: Socket): void => {
    this.names.push(socket.id);
    socket.on("say", this.onSay.bind(this, socket));
    socket.on("log", (ack: (...args: unknown[]) => void) => ack(this.#log, this.phase, this.names));
    socket.on("room", this.enter(socket));
    socket.on("disconnect", () => this.onGone(socket));
  };

  private onSay(socket: Socket, { text }: Message = { text: "" }): void {
    this.#log.push(`${socket.id}: ${text satisfies string}`);
    this.phase = Phase.Running;
    this.server.emit("say", text as string, this.#log.length);
  }

  private enter(socket: Socket) {
    return <T extends string>(name: T, ack?: (size: number) => void): void => {
      const room = rooms.get(name) ?? new Room(name);
      rooms.set(name, room);
      if (Rules.fits(room.size)) room.add(socket);
      ack?.(room.size);
    };
  }

  private onGone(socket: Socket): void {
    this.names = this.names.filter((name) => name !== socket.id);
    for (const room of rooms.values()) room.delete(socket);
  }
}

new Controller(io);

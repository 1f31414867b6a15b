import type { Socket } from "socket.io-client";

export interface Said {
  readonly room: string;
  /** The name of the sender, and its socket: order is promised for each connection. */
  readonly sender: string;
  readonly socket: string | undefined;
  readonly n: number;
  /** When, epoch milliseconds. */
  readonly at: number;
}

export interface Heard extends Said {
  /** Whether the listener was in the room already when it was said. */
  readonly wasThere: boolean;
}

/** A stock client that joins its room whenever it connects, talks there, and remembers what it heard. */
export class Talker {
  readonly heard: Heard[] = [];
  /** What it said and the server acknowledged. */
  readonly acknowledged: Said[] = [];
  /** Since when it has been in its room without interruption; absent while it is not. */
  joinedAt: number | undefined;
  #n = 0;

  constructor(
    readonly name: string,
    readonly room: string,
    readonly socket: Socket,
  ) {
    socket.on("said", (said: Said) => {
      const wasThere = this.joinedAt !== undefined && this.joinedAt < said.at;
      this.heard.push({ ...said, wasThere });
    });
    socket.on("connect", () => this.#join());
    socket.on("disconnect", () => {
      this.joinedAt = undefined;
    });
  }

  #join(): void {
    const { id } = this.socket;
    this.socket.emit("join", [this.room], () => {
      if (this.socket.id === id) this.joinedAt = Date.now();
    });
  }

  say(): void {
    if (this.joinedAt === undefined) return;
    const { id: socket } = this.socket;
    const said = { room: this.room, sender: this.name, socket, n: ++this.#n, at: Date.now() };
    const request = { via: "io", to: [this.room], event: "said", args: [said] };
    this.socket.emit("emit", request, () => this.acknowledged.push(said));
  }
}

import { JsonClient } from "./json-client";
import type { Ledger, Stay } from "./ledger";
import type { LoadClient } from "./load-client";
import type { Rooms } from "./rooms";
import { StockClient } from "./stock-client";

/** What members share. */
export interface Setting {
  readonly webSocketUrl: string;
  readonly ledger: Ledger;
  readonly rooms: Rooms;
  readonly fail: (kind: string, count?: number, detail?: string) => void;
}

type State = "connecting" | "joining" | "settled" | "leaving" | "away" | "gone";

/** A client and where it is: it connects, joins a room, talks, changes rooms and connections, and goes. */
export class Member {
  room = "";
  /** New for each time in a room. */
  stay: Stay = {};
  readonly #setting: Setting;
  readonly #client: LoadClient;
  #state: State = "gone";

  constructor(setting: Setting, speaksJson: boolean) {
    this.#setting = setting;
    this.#client = new (speaksJson ? JsonClient : StockClient)(setting.webSocketUrl, {
      onConnect: () => this.#connected(),
      onDisconnect: (reason) => this.#lose(reason),
      onError: (message) => setting.fail("connect error", 1, message),
      onSaid: (id) => setting.ledger.hear(id, this.stay),
    });
  }

  get isConnected(): boolean {
    return ["joining", "settled", "leaving"].includes(this.#state);
  }

  get isSettled(): boolean {
    return this.#state === "settled";
  }

  arrive(): void {
    this.#state = "connecting";
    this.#client.connect();
  }

  say(scheduledAt: number): void {
    const { ledger, rooms } = this.#setting;
    const id = ledger.say(scheduledAt, this.stay, rooms.staysIn(this.room));
    this.#client.request("say", [this.room, id, TEXT], () => ledger.acknowledge(id));
  }

  /** Leaves its room for another. */
  move(): void {
    const { stay, room } = this;
    this.#leave();
    this.#state = "leaving";
    this.#client.request("leave", [room], () => {
      if (this.stay === stay && this.#state === "leaving")
        this.#join(this.#setting.rooms.choose(room));
    });
  }

  reconnect(): void {
    this.#leave();
    this.#setting.ledger.excuseAck(this.stay);
    this.#state = "away";
    this.#client.reconnect();
  }

  go(): void {
    this.#leave();
    this.#setting.ledger.excuseAck(this.stay);
    this.#state = "gone";
    this.#client.close();
  }

  /** Nothing more is expected: fails if it has not arrived in a room by now. */
  check(): void {
    if (!this.isSettled) this.#setting.fail(`never done ${this.#state}`);
  }

  #connected(): void {
    if (this.isConnected) return this.#setting.fail("connected twice");
    this.#join(this.#setting.rooms.choose(this.room));
  }

  #join(room: string): void {
    const stay = {};
    this.stay = stay;
    this.room = room;
    this.#state = "joining";
    this.#client.request("join", [room], () => {
      if (this.stay !== stay || this.#state !== "joining") return;
      this.#state = "settled";
      this.#setting.rooms.add(room, stay);
    });
  }

  #leave(): void {
    this.#setting.rooms.remove(this.room, this.stay);
    this.#setting.ledger.excuse(this.stay);
  }

  #lose(reason: string): void {
    if (this.#state === "gone" || this.#state === "away") return;
    // A handshake that failed has been told as an error.
    if (this.#state !== "connecting") this.#setting.fail("unexpected disconnect", 1, reason);
    this.#leave();
    this.#state = "connecting";
  }
}

const TEXT = "x".repeat(150);

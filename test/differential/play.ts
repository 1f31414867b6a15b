import type { Word } from "../memory/vocabulary";
import {
  type Act,
  CLIENTS,
  type ClientName,
  type Incoming,
  type Program,
  type Side,
} from "./language";

/** What each connection was sent during one step. */
export type Moment = Readonly<Record<string, readonly string[]>>;

/** The order in which a server gets what comes at once, as the places in the order in which clients have sent it. */
export type Orders = ReadonlyMap<number, readonly number[]>;

export interface Recording {
  /** One for the first clients, and one for each step. */
  readonly moments: readonly Moment[];
  /** What came at once, in the order in which clients have sent it. */
  readonly sent: readonly (readonly Incoming[])[];
}

/**
 * Plays a program against a server: what its clients hear, step by step.
 *
 * @param orders by moment; absent for those that have the order in which clients have sent them
 */
export async function play(
  { steps }: Pick<Program, "steps">,
  words: readonly Word[],
  side: Side,
  orders: Orders = new Map(),
): Promise<Recording> {
  const player = new Player(words, side, orders);
  await player.start();
  for (const step of steps) {
    if (step.step === "batch") await player.batch(step.acts);
    else await player.pass(step.ms);
  }
  return { moments: player.moments(), sent: player.sent };
}

class Player {
  /** The connections of those who are there. */
  readonly #there = new Map<ClientName, string>();
  readonly #names = new Map<string, string>();
  readonly #moments: Moment[] = [];
  readonly sent: Incoming[][] = [];
  #lives = 0;
  #acks = 0;

  constructor(
    private readonly words: readonly Word[],
    private readonly side: Side,
    private readonly orders: Orders,
  ) {}

  start(): Promise<void> {
    const [first, second] = CLIENTS;
    return this.batch([
      { act: "connect", client: first },
      { act: "connect", client: second },
    ]);
  }

  async batch(acts: readonly Act[]): Promise<void> {
    // A client cannot speak before it hears that it is in.
    const speakers = new Map(this.#there);
    const incoming = acts.flatMap((act) => this.#incoming(act, speakers));
    const order = this.orders.get(this.sent.length) ?? [...incoming.keys()];
    this.sent.push(incoming);
    const received = order.map((place) => incoming[place] as Incoming);
    if (received.length > 0) await this.side.receive(received);
    this.#look();
  }

  async pass(ms: number): Promise<void> {
    // Intervals pause while no client is connected: docs/memory.md.
    if (this.#there.size > 0) await this.side.pass(ms);
    this.sent.push([]);
    this.#look();
  }

  /** With names in the place of socket ids, which are drawn by chance. */
  moments(): readonly Moment[] {
    const names = [...this.#names];
    const named = (text: string) =>
      names.reduce((one, [id, name]) => one.replaceAll(id, name), text);
    return this.#moments.map((moment) => {
      const entries = Object.entries(moment).map(([id, frames]) => [id, frames.map(named)]);
      return Object.fromEntries(entries) as Moment;
    });
  }

  #incoming(act: Act, speakers: ReadonlyMap<ClientName, string>): Incoming[] {
    const { client } = act;
    const id = this.#there.get(client);
    if (act.act === "connect") return id === undefined ? this.#connect(client) : [];
    if (id === undefined || speakers.get(client) !== id) return [];
    if (act.act === "say") return [this.#say(id, act.word)];
    this.#there.delete(client);
    const close = { type: "close", id } as const;
    return act.act === "leave" ? [{ type: "frame", id, text: "41" }, close] : [close];
  }

  #connect(client: ClientName): Incoming[] {
    const id = `${client}${++this.#lives}`;
    this.#there.set(client, id);
    const text = `40${JSON.stringify({ name: client, username: client })}`;
    return [
      { type: "open", id },
      { type: "frame", id, text },
    ];
  }

  #say(id: string, word: number): Incoming {
    const [kind, ...event] = this.words[word % this.words.length] as Word;
    const ack = kind === "ask" ? this.#acks++ : "";
    return { type: "frame", id, text: `42${ack}${JSON.stringify(event)}` };
  }

  #look(): void {
    const moment: Record<string, readonly string[]> = {};
    for (const [id, frames] of [...this.side.take()].sort(([a], [b]) => (a < b ? -1 : 1))) {
      // What the handshake says of pings is each server's own.
      const heard = frames.filter((frame) => !frame.startsWith("0"));
      if (heard.length > 0) moment[id] = heard;
      for (const frame of heard) {
        const sid = /^40\{"sid":"([^"]+)"/.exec(frame)?.[1];
        if (sid) this.#names.set(sid, `<${id}>`);
      }
      if (heard.includes("(closed)")) this.#forget(id);
    }
    this.#moments.push(moment);
  }

  #forget(connection: string): void {
    for (const [client, id] of this.#there) if (id === connection) this.#there.delete(client);
  }
}

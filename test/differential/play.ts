import { answerTo } from "../conformance/support/frames";
import type { Word } from "../memory/vocabulary";
import {
  type Act,
  type AnswerTo,
  CLIENTS,
  type ClientName,
  type Incoming,
  type Program,
  type Side,
} from "./language";
import type { Manner } from "./vocabulary";

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
  manner: Manner,
  side: Side,
  orders: Orders = new Map(),
): Promise<Recording> {
  const player = new Player(manner, side, orders);
  await player.start();
  for (const step of steps) {
    if (step.step === "pass") await player.pass(step.ms);
    else await player.batch(manner.asks ? step.acts.slice(0, 1) : step.acts);
  }
  return { moments: player.moments(), sent: player.sent };
}

/** A client answers each question with its own name and what it was asked. */
const answer: AnswerTo = (id, frame) => answerTo(frame, (_, ...args) => [`${id} answers`, ...args]);

class Player {
  /** The connections of those who are there. */
  readonly #there = new Map<ClientName, string>();
  /** Those that their clients have closed, who hear nothing more of them. */
  readonly #closed = new Set<string>();
  readonly #names = new Map<string, string>();
  readonly #moments: Moment[] = [];
  readonly sent: Incoming[][] = [];
  #lives = 0;
  #acks = 0;

  constructor(
    private readonly manner: Manner,
    private readonly side: Side,
    private readonly orders: Orders,
  ) {
    side.answerTo = answer;
  }

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

  /** With names in the place of socket ids, which are drawn by chance, and of the numbers of questions. */
  moments(): readonly Moment[] {
    const names = [...this.#names];
    const named = (text: string) =>
      names
        .reduce((one, [id, name]) => one.replaceAll(id, name), text)
        .replace(/^(42(?:\/[^,]+,)?)\d+\[/, "$1?[");
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
    this.#closed.add(id);
    const close = { type: "close", id } as const;
    return act.act === "leave" ? [{ type: "frame", id, text: "41" }, close] : [close];
  }

  #connect(client: ClientName): Incoming[] {
    const id = `${client}${++this.#lives}`;
    this.#there.set(client, id);
    const auth = JSON.stringify({ name: client, username: client });
    const connects = ["", ...(this.manner.namespaces ?? []).map((name) => `${name},`)];
    return [
      { type: "open", id },
      ...connects.map((name) => ({ type: "frame" as const, id, text: `40${name}${auth}` })),
    ];
  }

  #say(id: string, word: number): Incoming {
    const { words } = this.manner;
    const [kind, event, ...args] = words[word % words.length] as Word;
    const [, namespace, name] = /^(\/[^,]+,)?(.*)$/.exec(event) ?? [];
    const ack = kind === "ask" ? this.#acks++ : "";
    return {
      type: "frame",
      id,
      text: `42${namespace ?? ""}${ack}${JSON.stringify([name, ...args])}`,
    };
  }

  #look(): void {
    const moment: Record<string, readonly string[]> = {};
    for (const [id, frames] of [...this.side.take()].sort(([a], [b]) => (a < b ? -1 : 1))) {
      // What the handshake says of pings is each server's own.
      const heard = frames.filter((frame) => !frame.startsWith("0"));
      if (heard.length > 0 && !this.#closed.has(id)) moment[id] = heard;
      for (const frame of heard) {
        const [, namespace, sid] = /^40(\/[^,]+,)?\{"sid":"([^"]+)"/.exec(frame) ?? [];
        if (sid) this.#names.set(sid, `<${namespace ?? ""}${id}>`);
      }
      if (heard.includes("(closed)")) this.#forget(id);
    }
    this.#moments.push(moment);
  }

  #forget(connection: string): void {
    for (const [client, id] of this.#there) if (id === connection) this.#there.delete(client);
  }
}

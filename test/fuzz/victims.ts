import { isDeepStrictEqual } from "node:util";
import { KEY, LOBBY, SECRET } from "./app";
import type { Heard } from "./receiver";
import type { FuzzWorld } from "./world";

/** Connections that are in rooms of their own and in the lobby, and that hear what they should. */

interface Victim {
  readonly id: string;
  readonly protocol: "socket.io" | "json";
  readonly connect: readonly string[];
  /** Asks for an answer, in its own way. */
  readonly ask: (word: string) => readonly string[];
}

const AUTH = JSON.stringify({ key: KEY, note: SECRET });
const JOINED = [LOBBY, `vault-${SECRET}`];

const VICTIMS: readonly Victim[] = [
  {
    id: `stock-${SECRET}=`,
    protocol: "socket.io",
    connect: [
      `40${AUTH}`,
      `40/plain,${AUTH}`,
      ...JOINED.map((room) => `420${JSON.stringify(["rooms:join", { room }])}`),
    ],
    ask: (word) => [`421${JSON.stringify(["echo", word])}`, `42/plain,2["echo","${word}"]`],
  },
  {
    id: `single-${SECRET}=`,
    protocol: "socket.io",
    connect: [
      `40~${AUTH}`,
      ...JOINED.map((room) => `42~0${JSON.stringify(["rooms:join", { room }])}`),
    ],
    ask: (word) => [`42~1${JSON.stringify(["echo", word])}`],
  },
  {
    id: `json-${SECRET}=`,
    protocol: "json",
    connect: [
      JSON.stringify({ action: "connect", auth: { key: KEY, note: SECRET } }),
      ...JOINED.map((room) => JSON.stringify({ action: "join", room, id: 0 })),
    ],
    ask: (word) => [JSON.stringify({ action: "emit", event: "echo", args: [word], id: 1 })],
  },
];

export class Victims {
  /** What is stored of each when all have connected. */
  #states = new Map<string, unknown>();
  readonly #private: string[] = [SECRET, KEY];

  constructor(private readonly world: FuzzWorld) {}

  async connect(): Promise<void> {
    for (const { id, protocol, connect } of VICTIMS) {
      const query =
        protocol === "json" ? { namespace: "", secret: SECRET } : { EIO: "4", s: SECRET };
      await this.world.open(id, { protocol, query }, { cookie: SECRET });
      await this.world.frames(connect.map((text) => [id, text] as const));
      const pid = this.world.receivers.get(id)?.told.pid;
      if (pid && pid !== "none") this.#private.push(pid);
    }
    for (const { id } of VICTIMS) this.#heard(id).splice(0);
    this.world.secrets = this.#private;
    this.#states = await this.#load();
  }

  /** What is wrong with what they have heard and with what is stored of them, since the last look. */
  async look(failed: boolean): Promise<string[]> {
    const { lawful } = this.world.witness;
    const expected = lawful.splice(0).map(({ event, args }) => plain([event, ...args]));
    const wrong = VICTIMS.flatMap(({ id }) => {
      const { invalid } = this.world.receivers.get(id) as { invalid: string[] };
      const events = this.#heard(id)
        .splice(0)
        .filter((heard) => !isPresence(heard));
      const unlawful = this.#compare(id, events, expected, failed);
      return [...invalid.splice(0).map((text) => `${id} could not read ${text}`), ...unlawful];
    });
    const states = await this.#load();
    if (isDeepStrictEqual(states, this.#states)) return wrong;
    return [...wrong, `what is stored of a victim has changed: ${show(states)}`];
  }

  #compare(id: string, events: readonly Heard[], expected: readonly unknown[], failed: boolean) {
    const hasOffset = this.world.flavour === "recovering";
    const received = events.map((heard) => plain(argumentsOf(heard, hasOffset)));
    if (!failed && isDeepStrictEqual(received, expected)) return [];
    // No victim heard a send that failed: then what they heard is a part of what was expected.
    let at = 0;
    for (const one of received) {
      while (at < expected.length && !isDeepStrictEqual(one, expected[at])) at++;
      if (at++ >= expected.length) return [`${id} heard ${show(one)} of ${show(expected)}`];
    }
    return failed ? [] : [`${id} heard ${received.length} of ${show(expected)}`];
  }

  /** Whether one of them, each in its turn, still gets its answers; what is missing. */
  async ask(turn: number): Promise<string[]> {
    const { id, ask } = VICTIMS[turn % VICTIMS.length] as Victim;
    const word = `word-${turn}`;
    const frames = ask(word);
    await this.world.frames(frames.map((text) => [id, text] as const));
    const answers = this.#heard(id).splice(0);
    const good = answers.filter(
      ({ type, data }) => (type === 3 || type === "ack") && JSON.stringify(data).includes(word),
    );
    if (good.length === frames.length && answers.length === frames.length) return [];
    return [`${id} asked ${frames.length} and heard ${show(answers)}`];
  }

  #heard(id: string): Heard[] {
    return this.world.receivers.get(id)?.heard ?? [];
  }

  async #load(): Promise<Map<string, unknown>> {
    const { store } = this.world.backing.stores;
    const records = VICTIMS.map(async ({ id }): Promise<[string, unknown]> => {
      const record = await store.load(id);
      const { sockets = new Map(), handshake } = record ?? {};
      const parts = [...sockets].map(([name, { rooms, ...socket }]) => [
        ...[name, socket, [...rooms].sort()],
      ]);
      return [id, JSON.parse(JSON.stringify([handshake, parts]))];
    });
    return new Map(await Promise.all(records));
  }
}

/** A client comes to the lobby, or leaves it, and the notice holds no more than that. */
function isPresence({ type, data }: Heard): boolean {
  if (type === "joined" || type === "left") {
    const { room, id, user } = data as Record<string, unknown>;
    return room === LOBBY && typeof id === "string" && user === undefined;
  }
  if (type !== 2 || !Array.isArray(data)) return false;
  const [event, notice] = data;
  if (event !== "rooms:joined" && event !== "rooms:left") return false;
  return notice.room === LOBBY && Object.keys(notice).join() === "room,id";
}

/** @param hasOffset whether stock clients get the event's offset as a last argument. */
function argumentsOf({ type, nsp, data }: Heard, hasOffset: boolean): unknown {
  if (nsp !== "/" || (type !== 2 && type !== "event")) return { type, nsp, data };
  if (Array.isArray(data)) return hasOffset ? data.slice(0, -1) : data;
  const { event, args } = data as { event: string; args: unknown[] };
  return [event, ...args];
}

/** A value as every protocol can say it. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, replaced) {
    const original = this[key];
    if (!ArrayBuffer.isView(original)) return replaced;
    return { base64: Buffer.from(original as Uint8Array).toString("base64") };
  });
  return text === undefined ? undefined : JSON.parse(text);
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, one) => (one instanceof Map ? [...one] : one)).slice(0, 500);
}

import { type Entry, ParityClient } from "./client";
import {
  type Act,
  ANSWER_MS,
  type Audience,
  type Program,
  type Room,
  type Step,
  type Target,
} from "./language";
import type { Side } from "./sides";

/** What every endpoint, such as `c1 /chat`, noticed during one step. */
export type Moment = Readonly<Record<string, readonly Entry[]>>;

export interface Recording {
  readonly moments: readonly Moment[];
  /** Names of socket ids. */
  readonly names: ReadonlyMap<string, string>;
  readonly leftovers: readonly string[];
}

/**
 * Plays a program against a server: what every client noticed, step by step.
 *
 * @param patience by how much longer than usual the server and the clients wait
 */
export async function play(program: Program, side: Side, patience: number): Promise<Recording> {
  const player = new Player(program, side, patience);
  try {
    await player.connectAll(program.clients);
    for (const step of program.steps) await player.take(step);
    await player.lookAround();
  } finally {
    await player.end();
  }
  return player.recording(await side.leftovers());
}

class Player {
  readonly #clients: readonly ParityClient[];
  readonly #names = new Map<string, string>();
  readonly #moments: Moment[] = [];
  #now: Record<string, Entry[]> = {};

  private readonly recovers: boolean;

  constructor(
    program: Program,
    private readonly side: Side,
    private readonly patience: number,
  ) {
    this.recovers = program.recovers;
    this.#clients = program.clients.map((_, index) => this.#createClient(`c${index + 1}`));
  }

  recording(leftovers: readonly string[]): Recording {
    return { moments: this.#moments, names: this.#names, leftovers };
  }

  async connectAll(namespaces: Program["clients"]): Promise<void> {
    await Promise.all(
      this.#clients.map(async (client, index) => {
        for (const name of namespaces[index] ?? []) await client.connect(name, { token: "secret" });
      }),
    );
    await this.#settle();
  }

  async take(step: Step): Promise<void> {
    const client = this.#clients[step.client % this.#clients.length] as ParityClient;
    await this.#perform(step, client);
    await this.#settle();
  }

  /** What is left in the end, everywhere. */
  async lookAround(): Promise<void> {
    await Promise.all(
      this.#clients.flatMap((client) =>
        client.connected.map((name) => this.#do(client, name, [{ act: "look" }])),
      ),
    );
    await this.#settle();
  }

  async end(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.side.settle(this.#clients);
  }

  async #perform(step: Step, client: ParityClient): Promise<void> {
    if (step.step === "close") return client.close();
    if (step.step === "silence") {
      client.silent = step.silent;
      return;
    }
    const { namespace } = step;
    const isConnected = client.connected.includes(namespace);
    if (step.step === "connect") {
      return isConnected ? undefined : client.connect(namespace, step.auth);
    }
    if (!isConnected) return;
    switch (step.step) {
      case "leave":
        return client.leave(namespace);
      case "emit":
        return client.emit(namespace, step.events);
      case "echo":
        return client.request(namespace, "echo", Buffer.from(step.bytes), "text");
      case "ask":
        return client.silent ? undefined : client.request(namespace, "ask");
      case "do": {
        const acts = step.acts.map((act) => this.#resolve(act, namespace));
        return this.#do(client, namespace, acts);
      }
    }
  }

  #do(client: ParityClient, namespace: string, acts: readonly Act<Room>[]): Promise<void> {
    return client.request(namespace, "do", acts, ANSWER_MS * this.patience);
  }

  /** Puts socket ids where a program speaks of clients. */
  #resolve(act: Act, namespace: string): Act<Room> {
    if ("audience" in act) {
      const { to, except, ...rest } = act.audience;
      const find = (target: Target) => this.#find(target, rest.of ?? namespace);
      const audience: Audience<Room> = { ...rest, to: to.map(find), except: except.map(find) };
      return { ...act, audience };
    }
    return act.act === "leave" ? { ...act, room: this.#find(act.room, namespace) } : act;
  }

  #find(target: Target, namespace: string): Room {
    if (typeof target !== "object") return target;
    const client = this.#clients[target.client % this.#clients.length];
    return client?.idIn(namespace) ?? "nobody";
  }

  #createClient(name: string): ParityClient {
    const record = (endpoint: string, entry: Entry) => {
      const entries = this.#now[endpoint] ?? [];
      this.#now[endpoint] = [...entries, entry];
    };
    const nameId = (id: string, label: string) => this.#names.set(id, label);
    return new ParityClient(name, this.side.endpoint, record, nameId, this.recovers, this.patience);
  }

  async #settle(): Promise<void> {
    await this.side.settle(this.#clients);
    const state = this.#clients.map(
      ({ connected, isOpen }) => ["is in", isOpen, connected] as const,
    );
    this.#moments.push({
      ...this.#now,
      ...Object.fromEntries(this.#clients.map(({ name }, i) => [name, [state[i] as Entry]])),
    });
    this.#now = {};
  }
}

import { once } from "node:events";
import WebSocket from "ws";
import { JsonClient } from "../support/clients";

/** The examples of docs/protocol.md: fenced blocks with lines that begin with `>` or `<`. */
export function readConversations(text: string): string[][] {
  return [...text.matchAll(/```\n([\s\S]*?)```/g)]
    .map(([, block]) => (block as string).trim().split("\n"))
    .filter((lines) => lines.every((line) => /^2?[<>] /.test(line)));
}

/** A message as JSON; in the docs a number may end in `…` too. */
export function parseMessage(text: string): unknown {
  return JSON.parse(text.replace(/:(\d+…)/g, ':"$1"'));
}

/**
 * Holds a conversation as it stands in the docs. A bare `…` may be anything; what else ends in `…` may be
 * anything the first time, and from then on the same text means the same value.
 */
export class Conversation {
  readonly #clients = new Map<string, JsonClient>();
  readonly #values = new Map<string, unknown>();

  constructor(private readonly url: string) {}

  async run(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const [, who = "", direction, text = ""] = /^(2?)([<>]) (.*)$/.exec(line) ?? [];
      if (text === "(loses its connection)") await this.#lose(who);
      else if (text.startsWith("(connects to ")) await this.#connect(who, text.slice(13, -1));
      else if (direction === ">")
        (await this.#client(who)).send(this.#fill(parseMessage(text)) as object);
      else this.#compare(parseMessage(text), await (await this.#client(who)).next());
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  async #client(who: string): Promise<JsonClient> {
    return this.#clients.get(who) ?? this.#connect(who, "");
  }

  async #connect(who: string, query: string): Promise<JsonClient> {
    const webSocket = new WebSocket(this.url + query);
    const client = new JsonClient(webSocket);
    this.#clients.set(who, client);
    await once(webSocket, "open");
    return client;
  }

  async #lose(who: string): Promise<void> {
    const client = await this.#client(who);
    this.#clients.delete(who);
    client.close();
  }

  #fill(value: unknown, anything: unknown = "…"): unknown {
    if (value === "…") return anything;
    if (typeof value === "string" && value.includes("…")) return this.#values.get(value) ?? value;
    if (Array.isArray(value)) return value.map((one) => this.#fill(one, anything));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, this.#fill(one, anything)]),
    );
  }

  #compare(expected: unknown, got: unknown): void {
    this.#bind(expected, got);
    expect(got).toEqual(this.#fill(expected, expect.anything()));
  }

  #bind(expected: unknown, got: unknown): void {
    if (typeof expected === "string" && expected.includes("…")) {
      if (!this.#values.has(expected)) this.#values.set(expected, got);
    } else if (typeof expected === "object" && expected !== null) {
      for (const [key, one] of Object.entries(expected)) {
        this.#bind(one, (got as Record<string, unknown> | undefined)?.[key]);
      }
    }
  }
}

import { once } from "node:events";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import WebSocket from "ws";
import { type LocalStack, type LogLine, startLocalStack } from "../../local";

export { waitFor } from "./wait-for";

/** A running stack, its log, and clients that are closed with it. */
export class TestStack {
  readonly log: LogLine[] = [];
  readonly #open: { close(): unknown }[] = [];

  private constructor(readonly stack: LocalStack) {}

  static async start(
    assembly: string,
    options: Partial<Parameters<typeof startLocalStack>[0]> = {},
  ): Promise<TestStack> {
    const lines: LogLine[] = [];
    const log = (line: LogLine) => lines.push(line);
    // What few clients need: each container takes 40 ms to load.
    const limits = { spareContainers: 1, ...options.limits };
    const stack = await startLocalStack({ assembly, port: 0, log, ...options, limits });
    const test = new TestStack(stack);
    (test as { log: LogLine[] }).log = lines;
    return test;
  }

  /** A stock client, not yet connected. */
  client(namespace = "/", options: Partial<ManagerOptions & SocketOptions> = {}): Socket {
    const { origin, pathname } = new URL(this.stack.webSocketUrl);
    const socket = io(origin + namespace, {
      path: pathname,
      transports: ["websocket"],
      forceNew: true,
      // A busy machine is slow, and not a server that does not answer.
      timeout: 60_000,
      ...options,
    });
    // The whole of it: a socket of another namespace would keep the connection, and come back for ever.
    this.#open.push({ close: () => socket.io._close() });
    return socket;
  }

  /** A stock client of the test application, connected and welcomed. */
  async connect(namespace = "/", options: Partial<ManagerOptions & SocketOptions> = {}) {
    const socket = this.client(namespace, options);
    await new Promise<unknown>((resolve, reject) => {
      socket.once("welcome", resolve);
      socket.once("connect_error", reject);
    });
    return socket;
  }

  /** A plain WebSocket, connected and, by the test application, welcomed. */
  async plain(query = "", welcomed = true): Promise<JsonClient> {
    const client = new JsonClient(new WebSocket(this.stack.webSocketUrl + query));
    this.#open.push(client);
    await client.next();
    if (welcomed) await client.next();
    return client;
  }

  /** How many items the table holds. */
  async countItems(): Promise<number> {
    return (await this.items()).length;
  }

  /** What it holds, as DynamoDB answers it. */
  async items() {
    const { AWS_REGION: region = "us-east-1" } = this.stack.environment;
    const { credentials } = this.stack;
    const dynamo = new DynamoDBClient({ endpoint: this.stack.dynamodbUrl, region, credentials });
    const [TableName] = Object.values(this.stack.tableNames);
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName }));
    dynamo.destroy();
    return Items;
  }

  async close(): Promise<void> {
    for (const client of this.#open) client.close();
    await this.stack.close();
  }
}

/** The arguments of the next event of a stock client, its own events included. */
export function next<Args extends unknown[]>(socket: Socket, event: string): Promise<Args> {
  return new Promise((resolve) => socket.once(event, (...args) => resolve(args as Args)));
}

/** Everything a stock client hears, in order. */
export function listen(socket: Socket): unknown[][] {
  const heard: unknown[][] = [];
  socket.onAny((...event) => heard.push(event));
  return heard;
}

/** A WebSocket that speaks JSON actions. */
export class JsonClient {
  readonly messages: Record<string, unknown>[] = [];
  #waiting: (() => void)[] = [];

  constructor(readonly webSocket: WebSocket) {
    webSocket.on("message", (data) => {
      this.messages.push(JSON.parse(data.toString()));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  send(action: object | string): void {
    this.webSocket.send(typeof action === "string" ? action : JSON.stringify(action));
  }

  /** Sends an action and returns everything received up to its answer. */
  async act(action: object): Promise<Record<string, unknown>[]> {
    const id = `act-${Math.random()}`;
    this.send({ ...action, id });
    const received: Record<string, unknown>[] = [];
    for (;;) {
      const message = await this.next();
      received.push(message);
      if (message.id === id) return received;
    }
  }

  async next(): Promise<Record<string, unknown>> {
    while (this.messages.length === 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.messages.shift() as Record<string, unknown>;
  }

  async closed(): Promise<[code: number, reason: string]> {
    const [code, reason] = await once(this.webSocket, "close");
    return [code, String(reason)];
  }

  close(): void {
    this.webSocket.terminate();
  }
}

export function assembly(
  name:
    | "ASSEMBLY"
    | "ASSEMBLY_DEPLOYED"
    | "ASSEMBLY_WITHOUT_LANES"
    | "ASSEMBLY_OF_APPLICATION"
    | "ASSEMBLY_OF_MEMORY"
    | "ASSEMBLY_OF_CONNECTIONS"
    | "ASSEMBLY_OF_CHAT"
    | "ASSEMBLY_OF_SITE"
    | "ASSEMBLY_OF_PROTOCOL"
    | "ASSEMBLY_OF_LARGE_ROOMS"
    | "ASSEMBLY_OF_EXAMPLE_CHAT"
    | "ASSEMBLY_OF_EXAMPLE_EXPRESS"
    | "ASSEMBLY_OF_EXAMPLE_GAME"
    | "ASSEMBLY_OF_EXAMPLE_PRESENCE"
    | "ASSEMBLY_OF_LOOP"
    | "ASSEMBLY_OF_RECOVERY" = "ASSEMBLY",
): string {
  return process.env[name] as string;
}

/**
 * What the console can see and do, whatever it looks at: a local stack or a deployment. The page knows these types and
 * nothing else of a source. All values are JSON.
 */

import type { Action, Charts, Done, EventFilter, Passed, Room } from "./live";

export * from "./live";

export interface About {
  /** What is looked at: the application's file, or the stack. */
  readonly name: string;
  readonly kind: "local" | "deployed";
  /** Of the endpoint that clients use. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** Why there are no live events, and how to turn them on; absent where they are on. */
  readonly eventsHint: string | undefined;
  /** Why the console cannot act; absent where it can. */
  readonly actionsHint: string | undefined;
}

export interface NamespaceSummary {
  readonly namespace: string;
  readonly sockets: number;
  readonly rooms: number;
}

/** How fresh a list is, and whether it is whole. */
export interface Freshness {
  /** When the table was read, epoch milliseconds. */
  readonly at: number;
  /** More connections than the console reads: the list lacks some. */
  readonly truncated: boolean;
}

export interface Overview extends Freshness {
  readonly connections: number;
  readonly namespaces: readonly NamespaceSummary[];
  /** The largest of all namespaces. */
  readonly largest: readonly RoomRow[];
}

export interface RoomRow {
  readonly namespace: string;
  readonly room: Room;
  readonly members: number;
}

export interface SocketRow {
  readonly namespace: string;
  readonly id: string;
  readonly connectionId: string;
  /** Rooms without its own; absent where the connection is large and was not read whole. */
  readonly rooms: number | undefined;
  readonly protocol: string;
  readonly address: string;
  /** When it connected to its namespace, epoch milliseconds. */
  readonly since: number;
  /** The beginning of its data, as JSON. */
  readonly data: string;
}

export interface ListQuery {
  /** @default - all */
  readonly namespace?: string | undefined;
  readonly search?: string | undefined;
  readonly sort?: string | undefined;
  readonly descending?: boolean | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface List<T> extends Freshness {
  readonly total: number;
  readonly offset: number;
  readonly rows: readonly T[];
}

export interface RoomPage {
  readonly namespace: string;
  readonly room: Room;
  readonly members: number;
  readonly sockets: readonly SocketRow[];
  /** Where the next page begins. */
  readonly next: string | undefined;
}

export interface SocketDetails extends Omit<SocketRow, "data"> {
  readonly roomNames: readonly Room[];
  readonly data: unknown;
  readonly properties: unknown;
  readonly auth: unknown;
  readonly handshake: {
    readonly headers: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, string>>;
    readonly url: string;
  };
  readonly connectedAt: number;
  readonly recovered: boolean;
  /** The same connection's sockets in other namespaces. */
  readonly others: readonly { readonly namespace: string; readonly id: string }[];
}

/** Who is in which room, as a picture can show it. */
export interface RoomMap extends Freshness {
  readonly namespace: string;
  readonly rooms: readonly MapRoom[];
  /** Those that are not shown one by one, by size. */
  readonly rest: readonly RestOfRooms[];
  readonly totalRooms: number;
  readonly totalSockets: number;
  /** In no room but their own. */
  readonly loners: number;
}

export interface MapRoom {
  readonly room: Room;
  readonly members: number;
  /** Some of them, numbered alike in all rooms. */
  readonly sockets: readonly string[];
}

export interface RestOfRooms {
  readonly rooms: number;
  readonly members: number;
  readonly smallest: number;
  readonly largest: number;
}

export interface QueueRow {
  readonly name: string;
  readonly what: "lane" | "application" | "delays" | "slices" | "dead letters" | "queue";
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** The queues whose dead letters it holds; empty for others. */
  readonly deadLettersOf: readonly string[];
}

export interface DeadLetter {
  readonly id: string;
  readonly sentAt: number | undefined;
  readonly receives: number;
  readonly group: string | undefined;
  readonly body: string;
}

export interface FunctionRow {
  readonly name: string;
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  /** Where they can be known, as the containers. */
  readonly coldStarts?: number;
  readonly containers?: {
    readonly loading: number;
    readonly ready: number;
    readonly idle: number;
    readonly busy: number;
  };
}

/** A warning or an error of a function. */
export interface Problem {
  readonly at: number;
  readonly level: string;
  readonly function: string;
  readonly message: string;
  /** `server.js:12:5`, where the application's source is in the stack. */
  readonly place: string | undefined;
  readonly details: string | undefined;
  readonly count: number;
}

export interface KeptRow {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly bytes: number;
  readonly due?: number | undefined;
}

/** What an application with one lane keeps between its events. */
export interface State {
  /** 0: nothing yet, or the application keeps nothing. */
  readonly version: number;
  readonly bytes: number;
  readonly kinds: readonly {
    readonly kind: string;
    readonly count: number;
    readonly bytes: number;
  }[];
  readonly total: number;
  readonly offset: number;
  readonly rows: readonly KeptRow[];
}

export interface StateQuery {
  readonly kind?: string | undefined;
  readonly search?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** What a console looks at. Reads that fail reject with a message for a person. */
export interface ConsoleSource {
  about(): Promise<About>;
  overview(): Promise<Overview>;
  rooms(query: ListQuery): Promise<List<RoomRow>>;
  room(namespace: string, room: Room, after?: string): Promise<RoomPage>;
  sockets(query: ListQuery): Promise<List<SocketRow>>;
  /** `undefined` once it has left. */
  socket(namespace: string, id: string): Promise<SocketDetails | undefined>;
  map(namespace: string): Promise<RoomMap>;
  queues(): Promise<readonly QueueRow[]>;
  deadLetters(queue: string): Promise<readonly DeadLetter[]>;
  functions(): Promise<readonly FunctionRow[]>;
  problems(): Promise<readonly Problem[]>;
  state(query: StateQuery): Promise<State>;
  /** The stored text of one; `undefined` where it has changed its place since. */
  value(id: number): Promise<string | undefined>;
  charts(minutes: number): Promise<Charts>;
  act(action: Action): Promise<Done>;
  /** Live events in batches, until the returned function is called. */
  listen(filter: EventFilter, hear: (batch: readonly Passed[], left: number) => void): () => void;
  /** What a packet said; `undefined` once it is too long ago. */
  payload(id: number): Promise<string | undefined>;
}

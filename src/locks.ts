/**
 * Ways in which an application keeps clients out or limits them. Some run in the function of $connect, before API
 * Gateway answers the upgrade request. Others cannot run here. What would be ignored is refused, since a client that it
 * keeps out would come in. The construct's check of the source and the functions use the same words.
 *
 * This file imports nothing.
 */
export interface Lock {
  /** Why it cannot run. */
  readonly reason: string;
  /** What to write in its place. */
  readonly wayOut: string;
  /** What would become of it. @default - clients that it keeps out would come in */
  readonly effect?: string;
}

const MIDDLEWARE =
  "io.use((socket, next) => …), and io.of(name).use(…) for other namespaces: socket.handshake has the request's headers, query and address";

const UNSEEN =
  "the function of $connect runs it only where the source shows it, and a package or a computed value hides it";

export const LOCKS = {
  allowRequest: {
    reason: UNSEEN,
    wayOut: `write \`allowRequest\` in the application's own source, or ${MIDDLEWARE}`,
  },
  "engine.use": {
    reason: UNSEEN,
    wayOut: `write \`io.engine.use(…)\` in the application's own source, or ${MIDDLEWARE}`,
  },
  'engine.on("connection")': {
    reason: "there is no Engine.IO socket that it could close",
    wayOut: MIDDLEWARE,
  },
  "engine's methods": {
    reason: "API Gateway makes the connections, and Engine.IO's methods are never called",
    wayOut: MIDDLEWARE,
  },
  upgrade: {
    reason: "the HTTP server gets no upgrade request: API Gateway answers it",
    wayOut: MIDDLEWARE,
  },
  cors: {
    reason: "a function decides about each origin, and it is never asked",
    wayOut:
      "the property `allowedOrigins` of the construct (--context allowedOrigins), or a list of origins in `cors` if no page has to be kept out",
  },
  transports: {
    effect: "cannot run here",
    reason:
      "without WebSocket among them no client could connect, and API Gateway offers WebSocket only",
    wayOut: 'transports: ["websocket"]',
  },
  parser: {
    effect: "cannot run here, and its clients could not speak to the server",
    reason:
      "clients choose between the default parser, the single-frame parser and JSON, and would pass by what it checks",
    wayOut: "lambda-rooms/parser (docs/parser.md); to check what clients send, socket.use(…)",
  },
  wsEngine: {
    reason: "API Gateway holds the WebSockets, and the class is never used",
    wayOut: `leave it out; to keep clients out, ${MIDDLEWARE}`,
  },
  "late middleware": {
    reason:
      "it is registered after something was awaited, when the server may be open to clients already",
    wayOut: "call server.listen(…) after it, or register it first and await inside the middleware",
  },
  "client certificates": {
    reason: "the HTTPS server never meets a client",
    wayOut: "mutual TLS on a custom domain of API Gateway",
  },
  maxConnections: {
    reason: "the HTTP server never meets a client",
    wayOut:
      "the property `throttle` of the construct, or a middleware that counts with fetchSockets()",
  },
} as const satisfies Record<string, Lock>;

export type LockName = keyof typeof LOCKS;

/** What the function of $connect runs, where the bundler has found it in the source. */
export const RUN_AT_CONNECT: readonly LockName[] = ["engine.use", "allowRequest"];

let areRun = false;

/** Call before the application is loaded, in each function of an application whose locks run at `$connect`. */
export function honourLocks(): void {
  areRun = true;
}

function isRun(name: LockName): boolean {
  return areRun && RUN_AT_CONNECT.includes(name);
}

/** Methods of Engine.IO's server that an application may replace by its own. */
export const ENGINE_METHODS = [
  "generateId",
  "verify",
  "handshake",
  "handleRequest",
  "handleUpgrade",
  "onWebSocket",
  "createTransport",
] as const;

/** The locks in options of a server, as values. What a variable or a spread held shows here alone. */
export function locksInOptions(options: unknown): LockName[] {
  if (typeof options !== "object" || options === null) return [];
  const { allowRequest, cors, transports, parser, wsEngine } = options as Record<string, unknown>;
  const found: LockName[] = [];
  if (allowRequest) found.push("allowRequest");
  if (typeof cors === "function" || isFunctionOf(cors, "origin")) found.push("cors");
  if (Array.isArray(transports) && !transports.includes("websocket")) found.push("transports");
  if (parser && !isKnownParser(parser)) found.push("parser");
  if (wsEngine) found.push("wsEngine");
  return found;
}

function isFunctionOf(object: unknown, name: string): boolean {
  if (typeof object !== "object" || object === null) return false;
  return typeof (object as Record<string, unknown>)[name] === "function";
}

/** How the default and the single-frame parser write one packet; a class derived from one of them is another parser. */
const PROBE = { type: 2, nsp: "/", data: ["x"] };
const WRITTEN = ['2["x"]', '2~["x"]'];

function isKnownParser(parser: unknown): boolean {
  try {
    const { Encoder, Decoder } = parser as Record<string, new () => ParserPart>;
    if (!Encoder || !Decoder) return false;
    const isDerived = "add" in Object.getPrototypeOf(Decoder.prototype);
    const [text, ...more] = new Encoder().encode(PROBE);
    return !isDerived && more.length === 0 && WRITTEN.includes(String(text));
  } catch {
    return false;
  }
}

interface ParserPart {
  encode(packet: object): unknown[];
}

const IGNORED = "would be ignored, and the clients that it keeps out would come in";

/** One refused thing, as text for a person. */
export function describeLock(name: LockName, what: string): string {
  const { reason, wayOut, effect = IGNORED }: Lock = LOCKS[name];
  return `\`${what}\` ${effect}: ${reason}\n    Instead: ${wayOut}`;
}

/** @throws Error with the reason and the way out */
export function refuseLock(name: LockName, what: string = name): never {
  throw new Error(`Cannot run the application: ${describeLock(name, what)}`);
}

/** @throws as `refuseLock`, unless `$connect` runs it */
export function refuseUnlessRun(name: LockName, what: string = name): void {
  if (!isRun(name)) refuseLock(name, what);
}

/** @throws Error about the first lock in options of a server that does not run */
export function refuseOptions(options: unknown): void {
  for (const lock of locksInOptions(options)) refuseUnlessRun(lock);
}

import { isUtf8 } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { type LocalStack, startLocalStack } from "../../local";
import type { LocalStackOptions } from "../../local/options";
import { synthesizeLocally } from "../support/local-assembly";

const root = path.join(__dirname, "../..");
/** Inside of this project, so that applications find its packages as their own. */
const workplace = path.join(root, "build", `apps-${process.pid}`);

/** Removes what `install` has copied. */
export function uninstall(): void {
  rmSync(workplace, { recursive: true, force: true });
}

export interface TestClient {
  /** What an event is answered, as a list. */
  ask(event: string, ...args: unknown[]): Promise<unknown[]>;
  /** Whether another client gets in, and what it is asked then. */
  enter(options: Partial<ClientOptions>, event?: string): Promise<unknown>;
  /** Makes the client answer events that ask for an ack. */
  answers(event: string, answer: (...args: unknown[]) => unknown): void;
  /** Resolves when the client has heard so many events of that name. */
  hears(event: string, times?: number): Promise<void>;
  /** What the application's HTTP server answers; redirects are not followed. */
  fetch(path: string, init?: RequestInit): Promise<HttpAnswer>;
}

/** A response, with the headers that were asked for. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  /** Text, or bytes in base64. */
  readonly body: string;
}

type ClientOptions = Partial<ManagerOptions & SocketOptions>;

/** What the first client does; it connects with these options. */
export type Driver = Drive | { readonly options: ClientOptions; readonly drive: Drive };

/** What a client heard, in order, and what its driver got. */
export interface Transcript {
  readonly heard: readonly unknown[];
  readonly result: unknown;
}

/** Headers that say how a response is meant, and that no proxy may change. */
const COMPARED =
  /^(content-type|content-encoding|content-disposition|cache-control|etag|last-modified|location|vary|allow|x-.*|access-control-.*)$/;
/** What a CDN has to send; see `originSecret`. */
const SECRET = "only the CDN knows this";

type Drive = (client: TestClient) => Promise<unknown>;

/** Copies an application to a folder of its own and installs the packages that stand in its `packages`. */
export function install(name: string, versions: Readonly<Record<string, string>> = {}): string {
  const folder = path.join(workplace, name);
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(__dirname, "cases", name), folder, { recursive: true });
  const packages = path.join(folder, "packages");
  if (existsSync(packages))
    cpSync(packages, path.join(folder, "node_modules"), { recursive: true });
  for (const [one, version] of Object.entries(versions)) {
    const copy = path.join(folder, "node_modules", one);
    cpSync(path.join(root, "node_modules", one), copy, { recursive: true });
    const manifest = path.join(copy, "package.json");
    const content = JSON.parse(readFileSync(manifest, "utf8"));
    writeFileSync(manifest, JSON.stringify({ ...content, version }));
  }
  return path.join(folder, readdirSync(folder).find((file) => /^server\./.test(file)) as string);
}

/** Plays under `node`, with the real socket.io. */
export async function playOnNode(entry: string, drive: Driver): Promise<Transcript> {
  const port = await freePort();
  const loader = entry.endsWith(".ts") ? ["--import", "tsx", "--enable-source-maps"] : [];
  const child = spawn(process.execPath, [...loader, entry], {
    cwd: path.dirname(entry),
    env: { ...process.env, NODE_OPTIONS: "", PORT: String(port) },
    stdio: "inherit",
  });
  try {
    const origin = `http://localhost:${port}`;
    return await play((options) => io(origin, options), httpOf(origin), drive);
  } finally {
    await end(child);
  }
}

/** Plays on the local stack. */
export async function playHere(
  entry: string,
  drive: Driver,
  options: Partial<LocalStackOptions> = {},
): Promise<Transcript> {
  const assembly = synthesize(entry);
  const stack = await startLocalStack({
    ...{ assembly, port: 0, log: () => undefined },
    // One client needs few containers: what it needs is loaded when it needs it.
    limits: { spareContainers: 0 },
    ...options,
  });
  try {
    const { origin, pathname } = new URL(stack.webSocketUrl);
    const open = (options: ClientOptions) => io(origin, { ...options, path: pathname });
    return await play(open, httpOf(httpUrl(stack), SECRET), drive);
  } finally {
    await stack.close();
  }
}

/** The function URL of what answers HTTP requests; empty where nothing does. */
export function httpUrl({ functionUrls }: LocalStack): string {
  const id = Object.keys(functionUrls).find((name) => name.includes("FunctionsHttp"));
  return id ? (functionUrls[id] as string).replace(/\/$/, "") : "";
}

function httpOf(origin: string, secret?: string): TestClient["fetch"] {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (secret !== undefined) headers.set("x-lambda-rooms-origin", secret);
    const response = await fetch(origin + path, { redirect: "manual", ...init, headers });
    const compared = [...response.headers].filter(([name]) => COMPARED.test(name));
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      headers: Object.fromEntries(compared.filter(([name]) => !/^x-amz/.test(name))),
      cookies: response.headers.getSetCookie(),
      body: bytes.toString(isUtf8(bytes) ? "utf8" : "base64"),
    };
  };
}

export function synthesize(entry: string): string {
  return synthesizeLocally({ entry, originSecret: SECRET });
}

const clientOptions = {
  transports: ["websocket"],
  forceNew: true,
  timeout: 60_000,
  // A server under `node` that does not listen yet is tried again at once, and not after a second.
  reconnectionDelay: 10,
  reconnectionDelayMax: 10,
};

/** Until the client has been welcomed and the driver is content. */
async function play(open: Open, fetch: TestClient["fetch"], driver: Driver): Promise<Transcript> {
  const { options, drive } = typeof driver === "function" ? { drive: driver } : driver;
  const socket = open({ ...clientOptions, ...options });
  const heard: unknown[][] = [];
  socket.onAny((...event) => heard.push(event.filter((arg) => typeof arg !== "function")));
  const hears = (name: string, times = 1) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (heard.filter(([event]) => event === name).length < times) return;
        socket.offAny(look);
        resolve();
      };
      socket.onAny(look);
      look();
    });
  try {
    const welcomed = new Promise((resolve) => socket.once("welcome", resolve));
    await welcomed;
    const ask: TestClient["ask"] = (...event) => askOn(socket, ...event);
    const enter: TestClient["enter"] = (further, event) =>
      tryToEnter(open({ ...clientOptions, ...further, reconnection: false }), event);
    const answers: TestClient["answers"] = (event, answer) =>
      socket.on(event, (...args) => args.at(-1)(answer(...args)));
    return { result: await drive({ ask, enter, answers, hears, fetch }), heard };
  } finally {
    socket.disconnect();
  }
}

type Open = (options: ClientOptions) => Socket;

function askOn(socket: Socket, event: string, ...args: unknown[]): Promise<unknown[]> {
  return new Promise((resolve) =>
    socket.emit(event, ...args, (...answer: unknown[]) => resolve(answer)),
  );
}

async function tryToEnter(socket: Socket, event?: string): Promise<unknown> {
  const outcome = await new Promise<string>((resolve) => {
    socket.once("connect", () => resolve("connected"));
    socket.once("connect_error", ({ message }) => resolve(message));
  });
  const isIn = outcome === "connected" && event !== undefined;
  const result = isIn ? await askOn(socket, event) : outcome;
  socket.disconnect();
  return result;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, "exit");
}

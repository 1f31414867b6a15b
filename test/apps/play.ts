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
import { App } from "aws-cdk-lib";
import featureFlags from "aws-cdk-lib/recommended-feature-flags.json";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { RoomsStack } from "../../lib/rooms-stack";
import { startLocalStack } from "../../local";

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
}

type ClientOptions = Partial<ManagerOptions & SocketOptions>;

/** What the first client does; it connects with these options. */
export type Driver = Drive | { readonly options: ClientOptions; readonly drive: Drive };

/** What a client heard, in order, and what its driver got. */
export interface Transcript {
  readonly heard: readonly unknown[];
  readonly result: unknown;
}

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
    return await play((options) => io(`http://localhost:${port}`, options), drive);
  } finally {
    await end(child);
  }
}

/** Plays on the local stack. */
export async function playHere(entry: string, drive: Driver): Promise<Transcript> {
  const stack = await startLocalStack({
    assembly: synthesize(entry),
    port: 0,
    log: () => undefined,
  });
  try {
    const { origin, pathname } = new URL(stack.webSocketUrl);
    return await play((options) => io(origin, { ...options, path: pathname }), drive);
  } finally {
    await stack.close();
  }
}

export function synthesize(entry: string): string {
  const app = new App({
    builtinCloudFormationValidation: false,
    context: { ...featureFlags, "lambda-rooms:local": true },
  });
  new RoomsStack(app, "LambdaRooms", { entry });
  return app.synth().directory;
}

const clientOptions = { transports: ["websocket"], forceNew: true, timeout: 60_000 };

/** Until the client has been welcomed and the driver is content. */
async function play(open: Open, driver: Driver): Promise<Transcript> {
  const { options, drive } = typeof driver === "function" ? { drive: driver } : driver;
  const socket = open({ ...clientOptions, ...options });
  const heard: unknown[] = [];
  socket.onAny((...event) => heard.push(event));
  try {
    const welcomed = new Promise((resolve) => socket.once("welcome", resolve));
    await welcomed;
    const ask: TestClient["ask"] = (...event) => askOn(socket, ...event);
    const enter: TestClient["enter"] = (further, event) =>
      tryToEnter(open({ ...clientOptions, ...further, reconnection: false }), event);
    return { result: await drive({ ask, enter }), heard };
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

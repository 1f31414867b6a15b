import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { io, type Socket } from "socket.io-client";
import { waitFor } from "./wait-for";

const root = path.join(__dirname, "../..");

/** A project of a person: a folder of its own, with the packages of this one. */
export class DevProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), "lambda-rooms-dev-"));

  constructor(files: Readonly<Record<string, string>>) {
    symlinkSync(path.join(root, "node_modules"), path.join(this.folder, "node_modules"));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), "utf8");
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** `npm start` of a file, as a process of its own. */
export class Dev {
  text = "";
  readonly #clients: Socket[] = [];
  readonly ended: Promise<unknown>;

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        this.text += chunk;
      });
    }
    this.ended = once(child, "close");
  }

  /** Resolves when it is ready. */
  static async start(file: string, ...options: string[]): Promise<Dev> {
    const line = ["--import", "tsx", "bin/start.ts", "--app", file, "--port", "0", ...options];
    const env = { ...process.env, NODE_ENV: undefined, JEST_WORKER_ID: undefined };
    const dev = new Dev(spawn(process.execPath, line, { cwd: root, env }));
    await dev.says("Ctrl-C ends it");
    return dev;
  }

  get url(): string {
    return /WebSocket +(\S+)/.exec(this.text)?.[1] as string;
  }

  /** Resolves with what it has printed from a text on, once that is there; `from` skips what came before. */
  async says(wanted: string | RegExp, from = 0): Promise<string> {
    const find = () =>
      this.text.slice(from).search(wanted instanceof RegExp ? wanted : escaped(wanted));
    const hasEnded = () => this.child.exitCode !== null && find() < 0;
    await waitFor(() => find() >= 0 || hasEnded()).catch(() => undefined);
    if (find() < 0) throw new Error(`Expected ${wanted}, got:\n${this.text.slice(from)}`);
    return this.text.slice(from + find());
  }

  client(): Socket {
    const { origin, pathname } = new URL(this.url.replace(/^ws/, "http"));
    const client = io(origin, { path: pathname, transports: ["websocket"], forceNew: true });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    this.child.kill("SIGTERM");
    await this.ended;
  }
}

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}

import { createRequire } from "node:module";
import { join } from "node:path";
import type { Server } from "socket.io";
import { honourLocks } from "../src/locks";
import { logError, logWarning } from "../src/log";
import { Application } from "../src/names";
import { type ApplicationFile, exportedServer, isReachable, onlyServer } from "./choose-server";
import { divertEscapes, watchEscapes } from "./escapes";
import { madeServers, onMadeServer, provideSocketIo } from "./hosted";
import { isToldToListen, watchListen } from "./listening";

/** What the bundler writes beside a function; see `lib/application/bundle.ts`. */
export interface Manifest extends ApplicationFile {
  /**
   * Runs the application: its exports, by a promise if it is a module that awaits.
   *
   * @param copy of a module, another text for each further copy; a script has to be taken out of Node's cache
   */
  load(copy?: string): unknown;
  /** Whether the function of $connect loads it too, to run its locks. */
  readonly isLocked: boolean;
}

/** An application may connect to a database before it makes its server; Lambda's init phase takes ten seconds at most. */
const LOOKS = 2000;
/** Not the clock: a function that waits for its first invocation is frozen. */
const LOOK_AGAIN_MS = 5;

/**
 * Loads the application and hosts its server as soon as clients could reach it.
 *
 * @returns what the server is hosted by; a promise that rejects if the application cannot be loaded
 * @throws what a script throws while it is loaded
 */
export function startApplication<Hosted>(host: (io: Server) => Hosted): () => Promise<Hosted> {
  return keepOrEnd(start(prepareProcess(), host));
}

/** What a process does once before it loads an application. @returns which one it is to load */
export function prepareProcess(): Manifest {
  // Stack traces name the application's own files and lines.
  process.setSourceMapsEnabled(true);
  watchEscapes();
  watchListen();
  provideSocketIo();
  const manifest: Manifest = createRequire(__filename)(`./${Application.manifest}`);
  if (manifest.isLocked) honourLocks();
  // Where `node` runs, relative paths begin.
  process.chdir(join(__dirname, Application.files));
  // Modules compare it with their own path to see whether `node` runs them.
  process.argv[1] = join(__dirname, Application.files, manifest.file);
  return manifest;
}

/** @param copy see `Manifest.load` */
export function start<Hosted>(
  manifest: Manifest,
  host: (io: Server) => Hosted,
  copy?: string,
): Promise<Hosted> {
  const escaped = new Promise<never>((_, reject) => divertEscapes(reject));
  const exports = manifest.load(copy);
  return Promise.race([escaped, findServer(exports, manifest)])
    .then(host)
    .finally(() => divertEscapes(undefined));
}

async function findServer(loading: unknown, application: ApplicationFile): Promise<Server> {
  const exports = await loading;
  // By then, callbacks of servers that were told to listen have run.
  await new Promise(setImmediate);
  let found = await look(exports, application);
  let quiet = 0;
  for (let n = 0; !found?.isReachable && n < LOOKS && quiet < 2; n++) {
    // What waits for nothing makes no server any more, in the next turn or the one after it at the latest.
    quiet = isWaiting() ? 0 : quiet + 1;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS).unref());
    found = await look(exports, application);
  }
  if (!found) return onlyServer(madeServers(), application);
  if (!found.isReachable) sayUnreachable(found.io, application, quiet < 2);
  if (!found.isExported) watchForMore(application);
  return found.io;
}

/**
 * About a server whose HTTP server is not told to listen, or whose callback of `listen` does not end. What comes later,
 * such as a middleware that checks tokens, would miss the first clients.
 */
function sayUnreachable(io: Server, { file }: ApplicationFile, isBusy: boolean): void {
  const isTold = isToldToListen(io.httpServer);
  const what = isTold
    ? "the callback of `listen` has not ended"
    : "it has not told the HTTP server of its Socket.IO server to listen";
  const { wayOut, under } = isTold ? IN_CALLBACK : BEFORE_LISTEN;
  if (!isBusy) return logWarning(`${file}: ${what}. ${under}`);
  throw new Error(
    `Cannot host ${file}: ${what} ten seconds after the application began to load, and still waits for something.
  ${wayOut}`,
  );
}

const BEFORE_LISTEN = {
  under: "Under node, clients could not reach it",
  wayOut: "Call server.listen(…) as soon as clients may connect.",
};
const IN_CALLBACK = {
  under: "What it would register after that is missing",
  wayOut: "Await what takes long before server.listen(…), or inside of handlers.",
};

/** Looks for the server; `undefined` while the application has made none. */
async function look(exports: unknown, application: ApplicationFile) {
  const exported = await exportedServer(exports);
  if (exported) return { io: exported, isExported: true, isReachable: isReachable(exported) };
  const made = madeServers();
  if (made.length === 0) return undefined;
  const isDone = made.every(({ io }) => isReachable(io));
  // Of several, an export may say which, and it may come later.
  if (made.length > 1 && !isDone) return undefined;
  return { io: onlyServer(made, application), isExported: false, isReachable: isDone };
}

/** Whether the process waits for anything but the next invocation. */
export function isWaiting(): boolean {
  const idle = /^(MessagePort|TTYWrap|PipeWrap|WorkerPort)$/;
  return process.getActiveResourcesInfo().some((kind) => !idle.test(kind));
}

/** A server that comes later than that is not hosted, and its clients would wait for it. */
function watchForMore(application: ApplicationFile): void {
  onMadeServer(({ place }) => {
    try {
      onlyServer(madeServers(), application);
    } catch (error) {
      logError(`A server that was made at ${place()} is not hosted`, error);
    }
  });
}

/** The first invocation after a failure says why; the next one starts the process again, as Lambda does after a failed init. */
export function keepOrEnd<Hosted>(started: Promise<Hosted>): () => Promise<Hosted> {
  let isSaid = false;
  started.catch(() => undefined);
  return async () => {
    try {
      return await started;
    } catch (error) {
      if (isSaid) process.exit(1);
      isSaid = true;
      throw error;
    }
  };
}

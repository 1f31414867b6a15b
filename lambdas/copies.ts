import { createRequire } from "node:module";
import { sep } from "node:path";
import type { Server } from "socket.io";
import type { MakeCopy } from "../src/host/application/application-host";
import { makeCopy } from "../src/host/application/memory";
import type { StartMemory } from "../src/ports";
import { type Copy, loadIn, watchTimers } from "./copy-timers";
import { forgetServers } from "./hosted";
import { forgetListening } from "./listening";
import { keepOrEnd, type Manifest, prepareProcess, start } from "./start-application";

let current: Copy = { isOver: false };

/** Copies of the application, one after the other. */
export interface Copies {
  readonly make: MakeCopy;
  /** Resolves when the first one is loaded; rejects with why it cannot be. */
  readonly loaded: () => Promise<unknown>;
}

/**
 * Loads copies of the application into one process: a container that holds an outdated one needs not end for it, which
 * would fail its invocation. The first copy is loaded before the first invocation.
 *
 * @param startMemory what keeps the memory of an application that was compiled to be kept
 */
export function startCopies(startMemory?: StartMemory): Copies {
  const manifest = prepareProcess();
  watchTimers();
  const loadCopy = (copy?: string) => makeCopy(() => load(manifest, copy), startMemory);
  const first = keepOrEnd(loadCopy());
  let copies = 0;
  const make = async () => {
    // One that could not be loaded says so twice, and ends the process then.
    if (copies === 0) {
      const copy = await first();
      copies = 1;
      return copy;
    }
    forgetCopy();
    return loadCopy(`?copy=${copies++}`);
  };
  return { make, loaded: first };
}

function load(manifest: Manifest, copy?: string): Promise<Server> {
  current = { isOver: false };
  return loadIn(current, () => start(manifest, (io) => io, copy));
}

/** Takes the application's scripts out of Node's cache, and stops the timers that they have started by themselves. */
function forgetCopy(): void {
  current.isOver = true;
  forgetServers();
  forgetListening();
  const { cache } = createRequire(__filename);
  for (const file of Object.keys(cache)) {
    if (file.startsWith(__dirname + sep) && file !== __filename) delete cache[file];
  }
}

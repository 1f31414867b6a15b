import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { ContainerData, ContainerMessage, Invocation } from "./protocol";

/** What a container has of the process that keeps it. */
export interface Keeper {
  readonly data: ContainerData;
  /** @param then once it is sent */
  tell(message: ContainerMessage, then?: () => void): void;
  onInvocation(listener: (invocation: Invocation) => void): void;
}

/** As a worker thread, or as a process whose last argument names a file with its data. */
export function keeper(): Keeper {
  if (parentPort === null) return keeperOfProcess();
  const port = parentPort;
  return {
    data: workerData,
    tell: (message, then) => {
      port.postMessage(message);
      then?.();
    },
    onInvocation: (listener) => void port.on("message", listener),
  };
}

function keeperOfProcess(): Keeper {
  const file = process.argv.pop() as string;
  process.on("disconnect", () => process.exit());
  return {
    data: JSON.parse(readFileSync(file, "utf8")),
    tell: (message, then) => void process.send?.(message, undefined, {}, () => then?.()),
    onInvocation: (listener) => void process.on("message", listener),
  };
}

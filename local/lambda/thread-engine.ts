import { Worker } from "node:worker_threads";
import { compileBootstrap } from "./compile-bootstrap";
import type { StartEngine } from "./engine";
import { createWakes, wake } from "./freeze";
import type { ContainerData } from "./protocol";

/** A worker thread, which is frozen between invocations. */
export const startThread: StartEngine = (data, environment) => {
  const wakes = createWakes();
  const worker = new Worker(compileBootstrap(), {
    eval: true,
    workerData: { ...data, wakes } satisfies ContainerData,
    env: environment,
    // The host may run under a TypeScript loader, which would slow every container down.
    execArgv: [],
    // Lambda ends a process that needs more than its memory. What a thread keeps outside its heap is not counted here.
    resourceLimits: { maxOldGenerationSizeMb: data.memoryMb },
    stdin: false,
    stdout: true,
    stderr: true,
  });
  return {
    onExit: (listener) => void worker.on("exit", listener),
    onMessage: (listener) => void worker.on("message", listener),
    onError: (listener) => void worker.on("error", listener),
    invoke: (invocation) => {
      worker.postMessage(invocation);
      wake(wakes);
    },
    terminate: () => worker.terminate(),
  };
};

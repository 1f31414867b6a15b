import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileBootstrap } from "./compile-bootstrap";
import type { Engine, StartEngine } from "./engine";
import type { ContainerMessage } from "./protocol";

/**
 * A process with Node's debugger, on a port of this machine. It is not frozen between invocations: a debugger that
 * attaches then would get no answer.
 */
export function processWithDebugger(port: number): StartEngine {
  return (data, environment) => {
    const folder = mkdtempSync(join(tmpdir(), "lambda-rooms-debugged-"));
    const script = join(folder, "bootstrap.cjs");
    const born = join(folder, "data.json");
    writeFileSync(script, compileBootstrap());
    // Without the code cache, which would give the debugger no places.
    writeFileSync(born, JSON.stringify({ ...data, codeCache: undefined }));
    const child = fork(script, [born], {
      env: environment,
      execArgv: [`--inspect=127.0.0.1:${port}`, "--enable-source-maps"],
      // Node says there where the debugger is, and so does the operator's console.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    void ended.then(() => rmSync(folder, { recursive: true, force: true }));
    return {
      onExit: (listener) => void child.once("exit", (code) => listener(code ?? 1)),
      onMessage: (listener) => void child.on("message", (one) => listener(one as ContainerMessage)),
      onError: (listener) => void child.on("error", listener),
      invoke: (invocation) => void (child.connected && child.send(invocation)),
      terminate: () => {
        child.kill("SIGKILL");
        return ended;
      },
    } satisfies Engine;
  };
}

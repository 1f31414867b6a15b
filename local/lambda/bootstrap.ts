/**
 * Runs inside a container (a worker thread, or a process for a debugger): loads one bundle and answers invocations, one at a time.
 * Compiled for that, together with the little that it imports.
 */
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname } from "node:path";
import vm from "node:vm";
import { describe } from "./describe-error";
import { installLambdaFiles } from "./file-system";
import { freeze } from "./freeze";
import { installJsonConsole } from "./json-console";
import { keeper } from "./keeper";
import { isHeard, levelOf } from "./log-level";
import type { FunctionError, Invocation } from "./protocol";

type Handler = (event: unknown, context: object) => unknown;

const { data, tell, onInvocation } = keeper();

let running: string | undefined;
/** How often the code cache has been told. */
let timesTold = 0;
let invocations = 0;
captureOutput("stdout");
captureOutput("stderr");
installLambdaFiles({
  taskRoot: dirname(data.file),
  project: process.cwd(),
  temporary: data.temporary,
});
if (data.logLevel) installJsonConsole(data.logLevel, () => running);
// As Lambda's runtime, none for uncaught exceptions: Node ends the thread unless the bundle listens to them.
process.on("unhandledRejection", (reason) => {
  // The name that Lambda's Node runtime gives it.
  crash({ ...describe(reason), errorType: "Runtime.UnhandledPromiseRejection" });
});

let script: vm.Script | undefined;
const handler = load();
onInvocation((invocation) => void invoke(invocation));
freezeSoon();

function load(): Handler | undefined {
  try {
    const exports = evaluate();
    const found = exports[data.exportName];
    if (typeof found !== "function") {
      throw new TypeError(
        `Cannot load ${data.functionName}: expected an exported function ${data.exportName}, got ${typeof found}`,
      );
    }
    tell({ type: "loaded" });
    tellCodeCache();
    return found as Handler;
  } catch (error) {
    crash(describe(error));
    return undefined;
  }
}

function evaluate(): Record<string, unknown> {
  const source = data.inline ?? readFileSync(data.file, "utf8");
  script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname, __import) {${divertImports(source)}\n})`,
    {
      filename: data.file,
      ...(data.codeCache && { cachedData: Buffer.from(data.codeCache) }),
    },
  );
  const module = { exports: {} as Record<string, unknown> };
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  const importHere = (specifier: string) => import(specifier);
  const require = createRequire(data.file);
  run(module.exports, require, module, data.file, dirname(data.file), importHere);
  return module.exports;
}

/**
 * A script that comes out of V8's code cache has lost its way to import(), in Node 20 at least. In a bundle
 * only built-in modules are left to import, as the AWS SDK does with node:https: those are imported from here.
 */
function divertImports(source: string): string {
  return source.replace(/(?<![.\w$])import\((["'])([\w:/]+)\1\)/g, (whole, _, specifier: string) =>
    isBuiltin(specifier) ? `__import("${specifier}")` : whole,
  );
}

/** The cache also holds the functions that running has compiled so far: worth more after an invocation. */
function tellCodeCache(): void {
  // After loading and after the first invocation.
  if (data.codeCache || script === undefined || ++timesTold > 2) return;
  tell({ type: "cache", codeCache: script.createCachedData() });
}

async function invoke({ requestId, event, deadline }: Invocation): Promise<void> {
  if (handler === undefined) return;
  running = requestId;
  invocations += 1;
  try {
    const result = await handler(JSON.parse(event), contextOf(requestId, deadline));
    tell({ type: "result", result: { ok: true, payload: JSON.stringify(result) ?? "null" } });
    tellCodeCache();
  } catch (error) {
    tell({ type: "result", result: { ok: false, error: describe(error) } });
  }
  freezeSoon();
}

/** As Lambda's Node runtime, which asks for the next invocation in the next turn of the event loop. */
function freezeSoon(): void {
  const { wakes } = data;
  if (wakes === undefined) return;
  // As of now: an invocation that arrives before that turn is not slept through.
  const seen = invocations;
  setImmediate(() => freeze(wakes, seen));
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(requestId: string, deadline: number): object {
  return {
    awsRequestId: requestId,
    functionName: data.functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** Lambda ends an environment whose handler let an error escape; the next invocation gets a new one. */
function crash(error: FunctionError): void {
  tell({ type: "crash", error }, () => process.exit(1));
}

/** With the JSON format Lambda leaves out lines, however they were written, that are less severe than its level. */
function isLogged(line: string): boolean {
  return data.logLevel === undefined || isHeard(levelOf(line), data.logLevel);
}

/** Hands lines over in the order of everything else a container tells, so none is lost at its end. */
function captureOutput(stream: "stdout" | "stderr"): void {
  let rest = "";
  process[stream].write = (chunk: unknown, ...others: unknown[]) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString();
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (isLogged(line)) tell({ type: "line", stream, text: line });
    const done = others.find((other) => typeof other === "function");
    if (done) queueMicrotask(done as () => void);
    return true;
  };
}

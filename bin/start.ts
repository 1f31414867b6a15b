import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { announce } from "./dev/announce";
import { AssemblyCache, type Known } from "./dev/assembly-cache";
import { Dev } from "./dev/dev";
import { Findings } from "./dev/findings";
import { Helper } from "./dev/helping";
import { DevLog } from "./dev/log";
import { choosePorts, nextFree } from "./dev/ports";
import { Session } from "./dev/session";
import { endOnSignals } from "./dev/signals";
import { describeExposure } from "./exposure";
import { describeLoadError } from "./load-error";
import { help, readOptions, type StartOptions } from "./options";
import { synthesize } from "./synthesize";
import { runToEnd, UsageError } from "./usage";

/** `npm start` and `lambda-rooms dev`: synthesizes the CDK app and runs its template here, with no AWS account. */
async function main(): Promise<void> {
  const given = readOptions(process.argv.slice(2));
  if (given === "help") return console.log(help());
  const options = await withFreeDebugger(given);
  if (!existsSync(options.app)) {
    throw new UsageError(
      `Cannot start: expected the file of a Socket.IO server, got ${options.app}, which is not there`,
    );
  }
  const started = Date.now();
  const assembly = mkdtempSync(path.join(tmpdir(), "lambda-rooms-"));
  const folders = new Set([assembly]);
  process.on("exit", () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const log = new DevLog(options.app);
  let close: () => Promise<unknown> | unknown = () => undefined;
  endOnSignals(() => {
    log.silence();
    return close();
  });

  const cache = AssemblyCache.of(options);
  const cached = cache?.read(assembly);
  if (!cached) console.log(`Synthesizing the stack with ${options.app} …`);
  const synth = cached ? undefined : synthesize(options, assembly);
  const helper = new Helper();
  const ports = await choosePorts(options.port, options.isPortNamed);
  const session = new Session(options, ports, log);
  const dev = new Dev(options, session, { helper, log, cache });
  session.onVersion = (version) => folders.add(version.assembly);
  close = () => dev.close();
  const [known, outcome] = await Promise.all([
    cached ?? lookAt(options, helper),
    synth,
    import("../local/index.js"),
  ]);
  if (outcome?.isDone === false) process.exit(1);
  const { source, variables, warnings } = known;
  const findings = new Findings();
  const news = findings.news(source, warnings);
  if (news) console.warn(`\n${news}\n`);
  console.log("Starting API Gateway, Lambda, SQS and DynamoDB on this machine …");
  const error = await dev.start({ assembly, source, variables });
  if (error) return fail(describeLoadError(error, options.app));
  log.release();
  sayPorts(options, session.stack.port);
  const tookMs = Date.now() - started;
  const further = [...session.further, ...debuggerLines(options)];
  announce(session.stack, { app: options.app, ...source, tookMs, further });
  const exposure = describeExposure(options.host, session.stack.port);
  if (exposure) console.warn(`${exposure}\n`);
  dev.watch(findings);
  if (cached) dev.checkLater();
  else cache?.write(assembly, known, started);
}

/** What the source says, and what of this machine's variables it gets. */
async function lookAt(options: StartOptions, helper: Helper): Promise<Known> {
  const [source, environment] = await Promise.all([
    helper.run("describe", options),
    helper.run("environment", options),
  ]);
  return { source, ...environment };
}

async function withFreeDebugger(options: StartOptions): Promise<StartOptions> {
  const { inspect } = options;
  if (!inspect || inspect.isNamed) return options;
  return { ...options, inspect: { ...inspect, port: await nextFree(inspect.port) } };
}

function sayPorts({ port }: StartOptions, got: number): void {
  if (port !== 0 && got !== port) console.warn(`Port ${port} is in use: this stack has ${got}\n`);
}

/** VS Code: https://code.visualstudio.com/docs/nodejs/nodejs-debugging#_attaching-to-nodejs */
function debuggerLines({ inspect }: StartOptions): string[] {
  if (!inspect) return [];
  return [
    `Debugger    127.0.0.1:${inspect.port}: chrome://inspect, or VS Code's "attach" with "restart": true`,
  ];
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

void runToEnd(main).then(() => {
  // What runs already would keep the process.
  if (process.exitCode) process.exit();
});

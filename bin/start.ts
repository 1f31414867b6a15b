import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Watch } from "../console/watch";
import { type LocalStack, type LogLine, startLocalStack } from "../local";
import { ClientHints } from "./client-hints";
import { clientLines } from "./client-line";
import { describeLine } from "./describe-line";
import { describeSource, type Source } from "./describe-source";
import type { LocalEnvironment } from "./environment";
import { describeExposure } from "./exposure";
import { describeLoadError, findLoadError, nameSources } from "./load-error";
import { writeNotePage } from "./note-page";
import { help, readOptions, type StartOptions, usesFreshContainers } from "./options";
import { page } from "./page";
import { synthesize } from "./synthesize";
import { isCommand, runToEnd, UsageError } from "./usage";

const STOP_MS = 5_000;
const PARENT_MS = 500;

/** `npm start` and `lambda-rooms dev`: synthesizes the CDK app and runs its template here, with no AWS account. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") return console.log(help());
  if (!existsSync(options.app)) {
    throw new UsageError(
      `Cannot start: expected the file of a Socket.IO server, got ${options.app}, which is not there`,
    );
  }
  const started = Date.now();
  const assembly = mkdtempSync(path.join(tmpdir(), "lambda-rooms-"));
  process.on("exit", () => rmSync(assembly, { recursive: true, force: true }));
  let stack: LocalStack | undefined;
  // Ctrl-C reaches this process more than once: from the terminal, and from npm.
  let stopping = false;
  let log: ReturnType<typeof printer> | undefined;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    // What its functions say of being stopped is not the application's matter.
    log?.silence();
    // What hangs must not keep the port.
    setTimeout(() => process.exit(0), STOP_MS).unref();
    await stack?.close();
    process.exit(0);
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  stopWithoutParent(stop);

  console.log(`Synthesizing the stack with ${options.app} …`);
  const { variables, warnings } = await readVariables(options.app);
  const [source] = await Promise.all([
    describeSource(options),
    synthesize(options, assembly, variables),
  ]);
  const warning = [...source.notes, ...source.findings, ...warnings].join("\n");
  if (warning) console.warn(`\n${warning}\n`);
  console.log("Starting API Gateway, Lambda, SQS and DynamoDB on this machine …");
  const { port, host, concurrency } = options;
  const where = host === undefined ? { port } : { port, host };
  const limits = { concurrency };
  log = printer(options.app);
  const { print } = log;
  const watch = new Watch((text) => nameSources(text, options.app));
  const files: Record<string, string> = options.isDemo ? page() : {};
  const hints = new ClientHints(() => clientLines(stack as LocalStack, source.path));
  stack = await startLocalStack({
    ...{ assembly, ...where, limits, files, onTraffic: watch.onTraffic },
    log: (line) => {
      watch.log(line);
      print(line);
    },
    freshContainers: usesFreshContainers(options.containers, source.ordering),
    onRequest: (request) => {
      const hint = stack && hints.about(request);
      if (hint !== undefined) console.warn(`${hint}\n`);
    },
  });
  const error = await findLoadError(stack);
  if (error) return fail(describeLoadError(error, options.app));
  log.release();
  if (!options.isDemo && urlOf(stack, "Http") === undefined) {
    files["/"] = writeNotePage(assembly, options.app, clientLines(stack, source.path));
  }
  const { url: consoleUrl } = await watch.start(
    stack,
    path.basename(options.app),
    port === 0 ? 0 : stack.port + 1,
  );
  announce(stack, { ...options, ...source, consoleUrl }, Date.now() - started);
}

/** `npx` runs a command in a shell. A signal ends the shell alone, and the command would keep the port. */
function stopWithoutParent(stop: () => void): void {
  if (process.env.npm_command === undefined) return;
  const parent = process.ppid;
  const look = () => {
    if (process.ppid !== parent) stop();
  };
  setInterval(look, PARENT_MS).unref();
}

/** What the application gets of this machine's variables. */
async function readVariables(app: string): Promise<LocalEnvironment> {
  const { localEnvironment } = await import("./environment.js");
  return localEnvironment(app);
}

function announce(
  stack: LocalStack,
  {
    app,
    ordering,
    host,
    path: at,
    consoleUrl,
  }: StartOptions & Pick<Source, "path"> & { readonly consoleUrl: string },
  tookMs: number,
): void {
  const lines = clientLines(stack, at);
  const publish = urlOf(stack, "Publish") ?? "";
  const http = urlOf(stack, "Http");
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = stack.environment;
  const [table] = Object.values(stack.tableNames);
  const key = `AWS_REGION=${AWS_REGION} AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY}`;
  const inspect = `${key} ${isCommand() ? "npx lambda-rooms inspect" : "npm run inspect --"} --endpoint ${stack.dynamodbUrl} --table ${table}`;
  console.log(`
Ready after ${(tookMs / 1000).toFixed(1)} s: ${app}, ordering "${ordering}"

  WebSocket   ${stack.webSocketUrl}
  Page        ${stack.httpUrl}/
  Console     ${consoleUrl}
  Publish     ${publish}${http ? `\n  HTTP        ${http}` : ""}

  Stock client     ${lines.anywhere}${lines.ownPage ? `\n  On its own page  ${lines.servedClient}; of another build: ${lines.ownPage}` : ""}
  Plain WebSocket  npx wscat -c ${stack.webSocketUrl}     then  {"action":"ping","id":1}
  From outside     curl --aws-sigv4 aws:amz:${AWS_REGION}:lambda --user ${AWS_ACCESS_KEY_ID}:${AWS_SECRET_ACCESS_KEY} \\
                     -H 'content-type: application/json' -d '{"rooms":["lobby"],"event":"message","args":["hello"]}' ${publish}emit${
                       ordering === "application"
                         ? `
  What it keeps    ${inspect}`
                         : ""
                     }

Ctrl-C ends it.
`);
  const exposure = describeExposure(host, stack.port);
  if (exposure) console.warn(`${exposure}\n`);
}

/** The function URL of one of the functions, if it has one. */
function urlOf({ functionUrls }: LocalStack, name: string): string | undefined {
  const id = Object.keys(functionUrls).find((one) => one.includes(`Functions${name}`));
  return id && functionUrls[id];
}

/** Prints the log. Each container that loads fails alike, so errors wait until it is known that they are not of loading. */
function printer(app: string) {
  let held: string[] | undefined = [];
  let isSilent = false;
  const print = ({ function: name, stream, text }: LogLine): void => {
    if (isSilent) return;
    // `RoomsFunctionsLaneDEA66BD8` is CloudFormation's way to say `lane`.
    const short = name.replace(/^.*Functions(\w+?)[0-9A-F]{8}$/, "$1").toLowerCase();
    const line = `[${short}] ${nameSources(describeLine(text), app)}\n`;
    if (stream === "stdout") process.stdout.write(line);
    else if (held) held.push(line);
    else process.stderr.write(line);
  };
  const release = () => {
    for (const line of held ?? []) process.stderr.write(line);
    held = undefined;
  };
  const silence = () => {
    isSilent = true;
  };
  return { print, release, silence };
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

void runToEnd(main).then(() => {
  // What runs already would keep the process.
  if (process.exitCode) process.exit();
});

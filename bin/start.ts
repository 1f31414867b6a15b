import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type LocalStack, type LogLine, startLocalStack } from "../local";
import { page } from "./page";

/** `npm start`: synthesizes the CDK app and runs its template here, with no AWS account. */

const HELP = `Usage: npm start -- [options]

  --app <file>       the application: a module that exports \`io\`   (apps/chat.ts)
  --port <number>    port of the endpoint and the page             (3000)
  --ordering <mode>  connection: frames in order, through the lane;
                     none: straight to the function                (connection)
  --help`;

interface Options {
  readonly app: string;
  readonly port: number;
  readonly ordering: string;
}

async function main(): Promise<void> {
  const options = readOptions();
  const assembly = mkdtempSync(path.join(tmpdir(), "lambda-rooms-"));
  process.on("exit", () => rmSync(assembly, { recursive: true, force: true }));
  const started = Date.now();
  progress(`Synthesizing the stack with ${options.app} …`);
  await synthesize(options, assembly);
  progress("Starting API Gateway, Lambda, SQS and DynamoDB on this machine …");
  const stack = await startLocalStack({ assembly, port: options.port, files: page, log: print });
  announce(stack, options, Date.now() - started);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void stack.close().then(() => process.exit(0)));
  }
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      app: { type: "string", default: "apps/chat.ts" },
      port: { type: "string", default: "3000" },
      ordering: { type: "string", default: "connection" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`Cannot start: expected --port to be 0 to 65535, got ${values.port}`);
  }
  return { app: values.app, port, ordering: values.ordering };
}

/** Runs the command of cdk.json as the CDK CLI does, less the checks that `cdk synth` makes. */
function synthesize({ app, ordering }: Options, assembly: string): Promise<void> {
  const { app: command } = JSON.parse(readFileSync("cdk.json", "utf8")) as { app: string };
  const context = { ...readContext(), app, ordering };
  const child = spawn(command, {
    shell: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // The built-in validator takes seconds; `npm test` and `cdk synth` run it.
      CDK_VALIDATION: "false",
    },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error("Cannot synthesize the stack: see above")),
    );
  });
}

function readContext(): object {
  return (JSON.parse(readFileSync("cdk.json", "utf8")) as { context?: object }).context ?? {};
}

function announce(stack: LocalStack, { app, ordering }: Options, tookMs: number): void {
  const { pathname, host } = new URL(stack.webSocketUrl);
  console.log(`
Ready after ${(tookMs / 1000).toFixed(1)} s: ${app}, ordering "${ordering}"

  WebSocket   ${stack.webSocketUrl}
  Page        ${stack.httpUrl}/

  Stock client     io("ws://${host}", { path: "${pathname}", transports: ["websocket"] })
  Plain WebSocket  npx wscat -c ${stack.webSocketUrl}     then  {"action":"join","room":"lobby","id":1}

Ctrl-C ends it.
`);
}

function progress(text: string): void {
  console.log(text);
}

function print(line: LogLine): void {
  const out = line.stream === "stderr" ? process.stderr : process.stdout;
  out.write(`${line.function ? `[${line.function}] ` : ""}${line.text}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

import { isOrderingChoice, type OrderingChoice, orderingChoices } from "../lib/ordering";
import { parseSiteChoice, type SiteChoice } from "../lib/site-props";
import { called, isCommand, readArguments, UsageError } from "./usage";

/** The help of `npm start` and of `lambda-rooms dev`. */
export const help = () => `Usage: ${called("start")} ${
  isCommand()
    ? `<file> [options]

  <file>             the application: a Socket.IO server's file`
    : `[options]

  --app <file>       the application: a Socket.IO server's file
                     (the demo: apps/chat.ts with its page)`
}
  --port <number>    port of the endpoint and the page; the publish URL has the
                     next one, HTTP the one after     (3000, or the next free)
  --reset            begin anew at each change: clients connect again, and what
                     the application keeps is forgotten
  --host <address>   a further address to listen on, 0.0.0.0 for all, where
                     any client of the network connects  (none: this machine)
  --site <which>     auto: one host for pages, routes and /socket.io/ where the
                     application answers HTTP; true; false               (auto)
  --inspect[=port]   a debugger attaches to the application, by its own files
                     (9229, or the next free)
  --ordering <mode>  auto: by what the source keeps in memory;
                     connection: frames in order, through the lane;
                     application: all in one lane, kept in memory;
                     none: straight to the function                      (auto)
  --fast-timers      with one lane: timers below a second fire in time
  --containers <how> warm: kept for the next events, as on AWS; fresh: another
                     one each time, which shows what a container would lose
                     (warm where memory is kept, else fresh)
  --concurrency <n>  executions of Lambda functions that the account allows
                     at a time; new accounts have 10                     (1000)
  --help`;

type Containers = "warm" | "fresh";

export interface StartOptions {
  readonly app: string;
  /** Whether no application was given. */
  readonly isDemo: boolean;
  readonly site: SiteChoice;
  readonly port: number;
  /** Whether an operator has named it: then no other will do. */
  readonly isPortNamed: boolean;
  /** Whether nothing is kept when the source changes. */
  readonly reset: boolean;
  /** The port of a debugger, and whether an operator has named it. */
  readonly inspect?: { readonly port: number; readonly isNamed: boolean };
  /** Beside loopback. */
  readonly host?: string;
  readonly ordering: OrderingChoice;
  readonly fastTimers: boolean;
  readonly containers?: Containers;
  /** Of the whole account. */
  readonly concurrency: number;
}

/** The command line of `npm start`. Throws with what was expected and what was got. */
export function readOptions(args: readonly string[]): StartOptions | "help" {
  const { values, positionals } = readArguments("start", {
    args: args.map((one) => (one === "--inspect" ? "--inspect=" : one)),
    allowPositionals: true,
    options: {
      app: { type: "string" },
      site: { type: "string", default: "auto" },
      port: { type: "string" },
      reset: { type: "boolean", default: false },
      inspect: { type: "string" },
      host: { type: "string" },
      ordering: { type: "string", default: "auto" },
      "fast-timers": { type: "boolean", default: false },
      containers: { type: "string" },
      concurrency: { type: "string", default: "1000" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const app = readFile(values.app, positionals);
  const { host, ordering, reset } = values;
  const named = readPort("--port", values.port);
  const port = named ?? DEFAULT_PORT;
  const isDemo = app === undefined;
  const given = { app: app ?? "apps/chat.ts", isDemo, site: readSite(values.site) };
  if (!isOrderingChoice(ordering)) {
    const expected = orderingChoices.join(", ");
    throw new UsageError(
      `Cannot start: expected --ordering to be one of ${expected}, got ${ordering}`,
    );
  }
  const concurrency = Number(values.concurrency);
  if (!/^\d+$/.test(values.concurrency) || concurrency < 1) {
    throw new UsageError(
      `Cannot start: expected --concurrency to be a whole number from 1, got ${values.concurrency}`,
    );
  }
  const { containers } = values;
  if (containers !== undefined && !isContainers(containers)) {
    throw new UsageError(
      `Cannot start: expected --containers to be warm or fresh, got ${containers}`,
    );
  }
  const further = {
    ...(host !== undefined && { host }),
    ...(containers && { containers }),
    ...(values.inspect !== undefined && { inspect: readInspect(values.inspect) }),
  };
  const fastTimers = values["fast-timers"];
  const isPortNamed = named !== undefined;
  return { ...given, port, isPortNamed, reset, ordering, concurrency, fastTimers, ...further };
}

const DEFAULT_PORT = 3000;
/** Node's own. */
const DEBUGGER_PORT = 9229;

function readInspect(text: string): NonNullable<StartOptions["inspect"]> {
  const port = readPort("--inspect", text || undefined);
  return { port: port ?? DEBUGGER_PORT, isNamed: port !== undefined };
}

function readPort(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(
    `Cannot start: expected ${option} to be a whole number from 0 to 65535, got ${text}`,
  );
}

/** The application: the argument of the command, the option of the script. */
function readFile(option: string | undefined, given: readonly string[]): string | undefined {
  const [first, ...others] = option === undefined ? given : [option, ...given];
  if (!isCommand()) {
    if (given.length === 0) return option;
    throw new UsageError(
      `Cannot start: expected options only, got ${given.join(" ")}. npm keeps options to itself that have no \`--\` before them: npm start -- --app ${given[0]}`,
    );
  }
  if (first !== undefined && others.length === 0) return first;
  throw new UsageError(
    `Cannot start: expected the file of one Socket.IO server, got ${others.length === 0 ? "none" : [first, ...others].join(" ")}. For example: npx lambda-rooms dev server.js`,
  );
}

function readSite(text: string): SiteChoice {
  try {
    return parseSiteChoice(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function isContainers(text: string): text is Containers {
  return text === "warm" || text === "fresh";
}

/** Where nothing is kept, fresh containers show what an application would lose. */
export function usesFreshContainers(
  containers: Containers | undefined,
  ordering: OrderingChoice,
): boolean {
  return containers === undefined ? ordering !== "application" : containers === "fresh";
}

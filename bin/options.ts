import type { OrderingChoice } from "../lib/ordering";
import { parseSiteChoice, type SiteChoice } from "../lib/site-props";
import { type Config, entryOf, readConfig, settingsOf } from "./command/config";
import { helpOf } from "./command/help";
import { readLine } from "./command/read";
import { DEV } from "./command/tables/local";
import { isCommand, UsageError } from "./usage";

/** The help of `npm start` and of `lambda-rooms dev`. */
export const help = () => helpOf(isCommand() ? DEV : SCRIPT);

/** npm keeps options to itself that have no `--` before them, so the script has one for the file. */
const SCRIPT = {
  ...DEV,
  arguments: [],
  flags: {
    ...DEV.flags,
    app: {
      ...DEV.flags.app,
      about: "the application: a Socket.IO server's file",
      otherwise: "the demo: apps/chat.ts with its page",
    },
  },
};

const REPEATED = [{ ...DEV.arguments[0], isRepeated: true }] as const;

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
  /** Of the construct, as the CDK app reads them from its context. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The command line of `npm start`. Throws with what was expected and what was got. */
export function readOptions(args: readonly string[]): StartOptions | "help" {
  // What npm has left of forgotten options is named below.
  const table = isCommand() ? DEV : { ...DEV, arguments: REPEATED };
  const line = readLine(
    table,
    args.map((one) => (one === "--inspect" ? "--inspect=" : one)),
  );
  if (line === "help") return "help";
  const { values, positionals } = line;
  const config: Config = isCommand() ? readConfig("start") : { settings: {} };
  const app = readFile(values.app, positionals, config);
  const { port, host, reset, inspect, concurrency, containers } = values;
  // A deployment alone is watched.
  const { budget: _, budgetEmails: __, ...settings } = settingsOf("start", values, config);
  return {
    ...{ app: app ?? "apps/chat.ts", isDemo: app === undefined, concurrency, settings, reset },
    ...{ port: port ?? DEFAULT_PORT, isPortNamed: port !== undefined },
    site: readSite(settings.site ?? "auto"),
    ordering: (settings.ordering ?? "auto") as OrderingChoice,
    fastTimers: settings.fastTimers === true || values["fast-timers"],
    ...(host !== undefined && { host }),
    ...(containers !== undefined && { containers: containers as Containers }),
    ...(inspect !== undefined && { inspect: readInspect(inspect) }),
  };
}

const DEFAULT_PORT = 3000;
/** Node's own. */
const DEBUGGER_PORT = 9229;

function readInspect(text: string): NonNullable<StartOptions["inspect"]> {
  if (text === "") return { port: DEBUGGER_PORT, isNamed: false };
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return { port: Number(text), isNamed: true };
  throw new UsageError(
    `Cannot start: expected --inspect to be a whole number from 0 to 65535, got ${text}`,
  );
}

/** The application: the argument of the command, the option of the script. */
function readFile(
  option: string | undefined,
  given: readonly string[],
  config: Config,
): string | undefined {
  if (isCommand()) return entryOf("start", [...(option ? [option] : []), ...given], config);
  if (given.length === 0) return option;
  throw new UsageError(
    `Cannot start: expected options only, got ${given.join(" ")}. npm keeps options to itself that have no \`--\` before them: npm start -- --app ${given[0]}`,
  );
}

function readSite(given: unknown): SiteChoice {
  try {
    return parseSiteChoice(given);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Where nothing is kept, fresh containers show what an application would lose. */
export function usesFreshContainers(
  containers: Containers | undefined,
  ordering: OrderingChoice,
): boolean {
  return containers === undefined ? ordering !== "application" : containers === "fresh";
}

import { parseArgs } from "node:util";

/** What a project can begin as. */
export const TEMPLATES = {
  chat: "stock Socket.IO with a page",
  managed: "rooms without handlers, and a page",
  existing: "your own server: scripts and packages are added to its package.json",
  cdk: "a CDK app with the construct, for your other resources beside it",
} as const;
export type Template = keyof typeof TEMPLATES;

export interface Options {
  readonly folder: string | undefined;
  readonly template: Template | undefined;
  readonly server: string | undefined;
  readonly yes: boolean;
}

/** A command line, or a folder, with which nothing can be made; the message says what to change. */
export class WrongUse extends Error {}

const list = Object.entries(TEMPLATES).map(([name, what]) => `  ${name.padEnd(9)} ${what}`);

export const HELP = `Usage: npm create lambda-rooms@latest [folder] [-- options]

  --template <name>   chat, managed, existing or cdk
  --server <file>     for existing: the file of the Socket.IO server; else it is looked for
  --yes               asks nothing: takes the defaults
  --help

${list.join("\n")}

A folder is new or empty, except for existing. No file is overwritten.
Exit codes: 0 done; 1 a failure; 2 the command line or the folder is wrong`;

export function readOptions(args: readonly string[]): Options | "help" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  if (positionals.length > 1) {
    throw new WrongUse(`Cannot create: expected one folder, got ${positionals.join(" ")}`);
  }
  const { template, server, yes = false } = values;
  if (template !== undefined && !Object.hasOwn(TEMPLATES, template)) {
    const names = Object.keys(TEMPLATES).join(", ");
    throw new WrongUse(`Cannot create: expected --template to be one of ${names}, got ${template}`);
  }
  if (server !== undefined && template !== "existing") {
    throw new WrongUse("Cannot create: expected --server with --template existing alone");
  }
  return { folder: positionals[0], template: template as Template | undefined, server, yes };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        template: { type: "string", short: "t" },
        server: { type: "string" },
        yes: { type: "boolean", short: "y" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new WrongUse(`${(error as Error).message}\n\n${HELP}`);
  }
}

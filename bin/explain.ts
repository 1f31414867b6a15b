import { explain } from "../managed/policy";
import { called, readArguments, runToEnd, UsageError } from "./usage";

/** `npm run explain`: what a token's claims allow, and by which of them. */

const help = () => `Usage: ${called("run explain")} --claims <json> <verb> [room]

  --claims <json>   the claims of a token
  --grants <json>   what the application grants every client, if anything
  <verb>            join, leave, send, send:<event> or members`;

function main(): void {
  const { values, positionals } = readArguments("explain", {
    allowPositionals: true,
    options: {
      claims: { type: "string" },
      grants: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const [verb, room] = positionals;
  if (values.help) return console.log(help());
  if (values.claims === undefined || verb === undefined) {
    const missing = verb === undefined ? "a verb" : "--claims";
    throw new UsageError(`Cannot explain: expected ${missing}, got none\n\n${help()}`);
  }
  if (!/^(join|leave|send|send:.+|members)$/.test(verb)) {
    throw new UsageError(`Cannot explain: expected a verb, got ${verb}\n\n${help()}`);
  }
  const claims = readJson("claims", values.claims);
  const options = values.grants ? { grants: readJson("grants", values.grants) as never } : {};
  const explanation = explain(claims, verb, room, options);
  if (!explanation.allowed) {
    console.log(`no: ${explanation.reason}`);
    process.exitCode = 1;
  } else if (explanation.by === "always") {
    console.log("yes: always");
  } else {
    const { source, pattern, verb: granted } = explanation.by;
    console.log(`yes: the ${source} grants ${granted} in ${pattern}`);
  }
}

function readJson(what: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below, with what was given.
  }
  throw new UsageError(`Cannot explain: expected --${what} to be a JSON object, got ${text}`);
}

void runToEnd(main);

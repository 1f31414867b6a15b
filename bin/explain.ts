import { explain } from "../managed/policy";
import { readCommand } from "./command/read";
import { EXPLAIN } from "./command/tables/local";
import { runToEnd, UsageError } from "./usage";

/** `npm run explain`: what a token's claims allow, and by which of them. */
function main(): void {
  const given = readCommand(EXPLAIN);
  if (given === undefined) return;
  const { values, positionals } = given;
  const [verb = "", room] = positionals;
  if (!/^(join|leave|send|send:.+|members)$/.test(verb)) {
    throw new UsageError(
      `Cannot explain: expected a verb, which is join, leave, send, send:<event> or members, got ${verb}`,
    );
  }
  if (values.claims === undefined) {
    throw new UsageError("Cannot explain: expected --claims with the claims of a token, got none");
  }
  const claims = readJson("claims", values.claims);
  const options = values.grants ? { grants: readJson("grants", values.grants) as never } : {};
  const explanation = explain(claims, verb, room, options);
  if (!explanation.allowed) process.exitCode = 1;
  if (values.json) return console.log(JSON.stringify(explanation, undefined, 2));
  if (!explanation.allowed) return console.log(`no: ${explanation.reason}`);
  if (explanation.by === "always") return console.log("yes: always");
  const { source, pattern, verb: granted } = explanation.by;
  console.log(`yes: the ${source} grants ${granted} in ${pattern}`);
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

import { type Doubt, findDoubts } from "../compiler/certain";
import { checkClosures, type Finding, hasUnfollowed, type Rule } from "./closures";

/** What an application needs of its lane, as far as its source shows. */
export interface ChosenOrdering {
  readonly ordering: "application" | "connection";
  /** What has to outlive an event: the places, in the form of a compiler's messages. */
  readonly reasons: readonly string[];
  /**
   * Whether all of it belongs to one connection each, which keeps it with its lane. With `ordering: "connection"`, nothing
   * is kept otherwise.
   */
  readonly isOfConnections: boolean;
  /** Why it is not sure that it does, although all reasons are of one connection; likewise. */
  readonly doubts: readonly string[];
}

/** What of an application belongs to one connection. */
const OF_CONNECTIONS: ReadonlySet<Rule> = new Set<Rule>(["socket-state", "nested-listener"]);

/**
 * Chooses how an application is run. Without anything that outlives an event, and where all of that belongs to one
 * connection each for sure, each connection has a lane, which is faster. Shared variables, timers, code that looks at all
 * sockets, and what the source does not show take one lane for all.
 *
 * @throws Error if there is no such file
 */
export function chooseOrdering(entry: string): ChosenOrdering {
  // What a connection handler does again before each batch is a matter of its own, which no lane decides.
  const found = checkClosures(entry).filter(({ rule }) => rule !== "effect");
  const reasons = found.map(describe);
  if (found.length === 0)
    return { ordering: "connection", reasons, isOfConnections: false, doubts: [] };
  const isOwn = found.every(({ rule }) => OF_CONNECTIONS.has(rule)) && !hasUnfollowed(entry);
  const doubts = isOwn ? findDoubts(entry).map(describeDoubt) : [];
  const isOfConnections = isOwn && doubts.length === 0;
  const ordering = isOfConnections ? "connection" : "application";
  return { ordering, reasons, isOfConnections, doubts };
}

function describeDoubt({ file, line, column, what }: Doubt): string {
  return `${file}:${line}:${column}  ${what}`;
}

function describe({ file, line, column, rule, message }: Finding): string {
  const what =
    rule === "local-view"
      ? message.replace(/ shows .*/, " looks at all sockets")
      : message.replace(/ (but|and is gone) .*/, "");
  return `${file}:${line}:${column}  ${what}`;
}

/** The command that lists all of them: of a clone, or of the npm package. */
const LISTING =
  typeof LAMBDA_ROOMS_PACKAGE === "undefined"
    ? "npm run check:closures"
    : "npx lambda-rooms check <file> --ordering connection";

/** How many places a person reads. */
const MOST_PLACES = 3;

/** In a few lines: what was chosen, why, and how to choose otherwise. Empty where there is nothing to say. */
export function describeOrdering(chosen: ChosenOrdering): string {
  const { ordering, reasons, doubts } = chosen;
  if (reasons.length === 0) return "";
  if (ordering === "connection")
    return [
      'Ordering "connection": each connection takes a lane, which keeps what its handlers hold:',
      ...firstOf(reasons),
    ].join("\n");
  return [
    'Ordering "application": the whole application takes one lane, and its memory is kept between events, since',
    ...firstOf(reasons),
    ...(doubts.length > 0 ? [DOUBTED, ...firstOf(doubts)] : []),
    '  About 300 events a second pass one lane. For more, mend these places and set ordering to "connection".',
  ].join("\n");
}

/** Why an application that was given `ordering: "connection"` loses what its handlers hold, if each could keep its own. */
export function describeDoubts({ doubts }: ChosenOrdering): string {
  if (doubts.length === 0) return "";
  return ["Connections do not keep what their handlers hold, since", ...firstOf(doubts)].join("\n");
}

const DOUBTED = "  Connections cannot keep it by themselves, since";

function firstOf(places: readonly string[]): string[] {
  const others = places.length - MOST_PLACES;
  const more = others > 0 ? [`  and ${others} more: ${LISTING} lists them`] : [];
  return [...places.slice(0, MOST_PLACES).map((place) => `  ${place}`), ...more];
}

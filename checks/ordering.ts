import { checkClosures, type Finding } from "./closures";

/** What an application needs of its lane, as far as its source shows. */
export interface ChosenOrdering {
  readonly ordering: "application" | "connection";
  /** Why the whole application needs one lane: the places, in the form of a compiler's messages. */
  readonly reasons: readonly string[];
}

/**
 * Chooses how an application is run. One whose variables, listeners or timers have to outlive an event, or that looks at
 * all sockets at once, needs one lane and its memory; another one is faster with a lane for each connection.
 *
 * @throws Error if there is no such file
 */
export function chooseOrdering(entry: string): ChosenOrdering {
  // What a connection handler does again before each batch is a matter of its own, which no lane decides.
  const reasons = checkClosures(entry).filter(({ rule }) => rule !== "effect");
  const ordering = reasons.length > 0 ? "application" : "connection";
  return { ordering, reasons: reasons.map(describe) };
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
export function describeOrdering({ ordering, reasons }: ChosenOrdering): string {
  if (ordering === "connection" || reasons.length === 0) return "";
  const places = reasons.slice(0, MOST_PLACES).map((reason) => `  ${reason}`);
  const others = reasons.length - places.length;
  const more = others > 0 ? [`  and ${others} more: ${LISTING} lists them`] : [];
  return [
    'Ordering "application": the whole application takes one lane, and its memory is kept between events, since',
    ...places,
    ...more,
    '  About 300 events a second pass one lane. For more, mend these places and set ordering to "connection".',
  ].join("\n");
}

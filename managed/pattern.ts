/**
 * Patterns of room names. `*` stands for a part of a name: one or more characters but `.`, `:` and
 * `/`. `**` stands for anything. `${claim}` stands for a claim's value, taken literally; for any of
 * its values if the claim is a list.
 *
 * A value that holds a separator would widen the pattern: with the user name `ada.x`, `user.${name}.**`
 * would fit rooms of the user `ada`. So such a value fits only at the end of a pattern, or where the
 * pattern asks for it: `${claim:**}`.
 */

/** Claims of a token, as its issuer wrote them. */
export type Claims = Readonly<Record<string, unknown>>;

/** How many steps the patterns of one request may take together: about 20 ms of CPU. */
export const MAX_STEPS = 1_000_000;

/** What is left of a request's steps. */
export interface Budget {
  steps: number;
}

/**
 * Whether a room's name has the form of a pattern. A pattern with a claim that is missing fits nothing,
 * and no pattern fits once the budget is spent (`steps` is then 0).
 */
export function matches(
  pattern: string,
  room: string,
  claims: Claims = {},
  budget: Budget = { steps: MAX_STEPS },
): boolean {
  if (!spend(budget, pattern.length)) return false;
  const pieces: Piece[] = [];
  const parts = split(pattern);
  for (const [index, part] of parts.entries()) {
    const piece = readPiece(part, claims, { isLast: index === parts.length - 1, budget });
    if (!spend(budget, stepsOf(piece))) return false;
    pieces.push(piece);
  }
  return fits(pieces, room, budget);
}

/** Claims that a pattern names and that the token lacks. */
export function missingClaims(pattern: string, claims: Claims): string[] {
  return references(pattern).filter((name) => valuesOf(claims, name).length === 0);
}

/** Claims that a pattern names before its end and whose values all hold a separator. */
export function separatedClaims(pattern: string, claims: Claims): string[] {
  return references(pattern).filter((name) => {
    const values = valuesOf(claims, name);
    return values.length > 0 && values.every((value) => SEPARATOR.test(value));
  });
}

const PART = "*";
const ANY = "**";
const SEPARATOR = /[.:/]/;
/** The end of a reference that takes values with separators anywhere. */
const WHOLE = /:\*\*$/;

/** A piece of a pattern: one of some literal texts, or a wildcard. */
type Piece = { readonly texts: readonly string[] } | typeof PART | typeof ANY;

function split(pattern: string): string[] {
  // Bounded, since an end would be looked for from each beginning.
  return pattern.split(/(\$\{[^}]{0,256}\}|\*\*|\*)/).filter((part) => part !== "");
}

function readPiece(
  part: string,
  claims: Claims,
  { isLast, budget }: { readonly isLast: boolean; readonly budget: Budget },
): Piece {
  if (part === PART || part === ANY) return part;
  if (!part.startsWith("${")) return { texts: [part] };
  const values = [...new Set(valuesOf(claims, nameOf(part), budget))];
  const isWhole = isLast || WHOLE.test(part.slice(0, -1));
  return { texts: isWhole ? values : values.filter((value) => !SEPARATOR.test(value)) };
}

function references(pattern: string): string[] {
  return split(pattern)
    .filter((part) => part.startsWith("${"))
    .map(nameOf);
}

function nameOf(part: string): string {
  return part.slice(2, -1).replace(WHOLE, "");
}

/** A claim by its name, or by a path of names for a claim within a claim: `org.id`. */
function valuesOf(claims: Claims, name: string, budget?: Budget): string[] {
  const value = Object.hasOwn(claims, name) ? claims[name] : follow(claims, name.split("."));
  const values = Array.isArray(value) ? value : [value];
  // Also those that fit nothing have to be looked at.
  if (budget && !spend(budget, values.length)) return [];
  return values
    .filter((one) => typeof one === "string" || typeof one === "number")
    .map(String)
    .filter((text) => text !== "");
}

function follow(claims: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    claims,
  );
}

/** Steps through the room once for each piece, with the set of places that the pieces before it can end at. */
function fits(pieces: readonly Piece[], room: string, budget: Budget): boolean {
  let ends = new Set([0]);
  for (const piece of pieces) {
    const next = new Set<number>();
    for (const start of ends) {
      if (!spend(budget, stepsOf(piece))) return false;
      advance(piece, room, start, next);
    }
    ends = next;
  }
  return ends.has(room.length);
}

/** A text is one step from each start; a wildcard passes each place of the room once, whatever its starts. */
function stepsOf(piece: Piece): number {
  return typeof piece === "object" ? piece.texts.length : 1;
}

function spend(budget: Budget, steps: number): boolean {
  budget.steps = Math.max(0, budget.steps - steps);
  return budget.steps > 0;
}

function advance(piece: Piece, room: string, start: number, ends: Set<number>): void {
  if (typeof piece === "object") {
    for (const text of piece.texts) {
      if (room.startsWith(text, start)) ends.add(start + text.length);
    }
    return;
  }
  if (piece === ANY) ends.add(start);
  for (let end = start; end < room.length; end++) {
    if (piece === PART && ".:/".includes(room[end] as string)) return;
    // A start before this one has gone on from here already.
    if (ends.has(end + 1)) return;
    ends.add(end + 1);
  }
}

/**
 * Patterns of room names. `*` stands for a part of a name: one or more characters but `.`, `:` and
 * `/`. `**` stands for anything. `${claim}` stands for a claim's value, taken literally; for any of
 * its values if the claim is a list.
 */

/** Claims of a token, as its issuer wrote them. */
export type Claims = Readonly<Record<string, unknown>>;

/** Whether a room's name has the form of a pattern. A pattern with a claim that is missing fits nothing. */
export function matches(pattern: string, room: string, claims: Claims = {}): boolean {
  return variants(pattern, claims).some((parts) => fits(parts, room));
}

/** Claims that a pattern names and that the token lacks. */
export function missingClaims(pattern: string, claims: Claims): string[] {
  return split(pattern)
    .filter((part) => part.startsWith("${"))
    .map(nameOf)
    .filter((name) => valuesOf(claims, name).length === 0);
}

const PART = "*";
const ANY = "**";

/** A piece of a pattern: literal text, or a wildcard. */
type Piece = { readonly text: string } | typeof PART | typeof ANY;

function split(pattern: string): string[] {
  return pattern.split(/(\*\*|\*|\$\{[^}]*\})/).filter((part) => part !== "");
}

/** How many ways a pattern with lists of values may be read before the rest is left out. */
const MAX_VARIANTS = 1000;

function variants(pattern: string, claims: Claims): Piece[][] {
  let all: Piece[][] = [[]];
  for (const part of split(pattern)) {
    const pieces = readPieces(part, claims);
    all = all.flatMap((one) => pieces.map((piece) => [...one, piece])).slice(0, MAX_VARIANTS);
  }
  return all;
}

function readPieces(part: string, claims: Claims): Piece[] {
  if (part === PART || part === ANY) return [part];
  if (!part.startsWith("${")) return [{ text: part }];
  return valuesOf(claims, nameOf(part)).map((text) => ({ text }));
}

function nameOf(part: string): string {
  return part.slice(2, -1);
}

/** A claim by its name, or by a path of names for a claim within a claim: `org.id`. */
function valuesOf(claims: Claims, name: string): string[] {
  const value = Object.hasOwn(claims, name) ? claims[name] : follow(claims, name.split("."));
  const values = Array.isArray(value) ? value : [value];
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

/**
 * Steps through the room once for each piece with the set of places that the pieces before it can end
 * at, so no pattern takes longer than its length times the room's.
 */
function fits(pieces: readonly Piece[], room: string): boolean {
  let ends = new Set([0]);
  for (const piece of pieces) {
    const next = new Set<number>();
    for (const start of ends) advance(piece, room, start, next);
    ends = next;
  }
  return ends.has(room.length);
}

function advance(piece: Piece, room: string, start: number, ends: Set<number>): void {
  if (typeof piece === "object") {
    if (room.startsWith(piece.text, start)) ends.add(start + piece.text.length);
    return;
  }
  if (piece === ANY) ends.add(start);
  for (let end = start; end < room.length; end++) {
    if (piece === PART && ".:/".includes(room[end] as string)) return;
    // Whoever was there before has gone on from there too.
    if (ends.has(end + 1)) return;
    ends.add(end + 1);
  }
}

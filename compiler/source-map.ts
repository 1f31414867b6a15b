import type { Piece } from "./edits";

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** In two pieces: written as one, tools such as ts-node take it for the source map of the file that holds this code. */
const MAP = ["//#", "sourceMappingURL=data:application/json;base64,"].join(" ");

/**
 * The text of pieces with its source map inside, which the bundler follows to the application's own lines. Libraries for
 * edits map no text that stands twice, and closures do.
 * https://tc39.es/ecma426/
 */
export function withSourceMap(pieces: readonly Piece[], source: string, file: string): string {
  const text = pieces.map((piece) => piece.text).join("");
  const map = { version: 3, sources: [file], names: [], mappings: mappingsOf(pieces, source) };
  const data = Buffer.from(JSON.stringify(map)).toString("base64");
  return `${text}\n${MAP}${data}\n`;
}

function mappingsOf(pieces: readonly Piece[], source: string): string {
  const lines = lineStarts(source);
  let out = "";
  let column = 0;
  let last = { column: 0, line: 0, sourceColumn: 0 };
  let isFirst = true;
  const map = (from: number) => {
    const line = lineAt(lines, from);
    const sourceColumn = from - (lines[line] as number);
    out += `${isFirst ? "" : ","}${vlq(column - last.column)}A${vlq(line - last.line)}${vlq(sourceColumn - last.sourceColumn)}`;
    last = { column, line, sourceColumn };
    isFirst = false;
  };
  for (const { text, from } of pieces) {
    for (const { 0: token, index } of text.matchAll(/\n|\w+|[^\w\n]+/g)) {
      if (token === "\n") {
        out += ";";
        column = 0;
        last = { ...last, column: 0 };
        isFirst = true;
        continue;
      }
      if (from !== undefined) map(from + index);
      column += token.length;
    }
  }
  return out;
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let out = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    out += DIGITS[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return out;
}

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const AROUND = 2;
/** A line of a minified file shows nothing. */
const LONGEST = 240;

/** The lines around a place in a source file, with a caret below it; `undefined` where there is no such file. */
export function codeFrame(file: string, line: number, column: number): string | undefined {
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").trimEnd().split(/\r?\n/);
  if (line > lines.length || (lines[line - 1]?.length ?? 0) > LONGEST) return undefined;
  const first = Math.max(1, line - AROUND);
  const last = Math.min(lines.length, line + AROUND);
  const width = String(last).length;
  const shown = [];
  for (let at = first; at <= last; at++) {
    const text = (lines[at - 1] ?? "").replace(/\t/g, " ");
    shown.push(`  ${at === line ? ">" : " "} ${String(at).padStart(width)} | ${text}`.trimEnd());
    if (at === line)
      shown.push(`    ${" ".repeat(width)} | ${" ".repeat(Math.max(0, column - 1))}^`);
  }
  return shown.join("\n");
}

/** The frame of the first line of a stack that is of the application's own files. */
export function frameOfStack(text: string): string | undefined {
  for (const [, file = "", line, column] of text.matchAll(
    /^\s+at .*?([^\s()]+):(\d+):(\d+)\)?$/gm,
  )) {
    const isForeign = /^node:|node_modules|\/asset\.[0-9a-f]+\//.test(file);
    const frame = isForeign
      ? undefined
      : codeFrame(path.resolve(file), Number(line), Number(column));
    if (frame !== undefined) return frame;
  }
  return undefined;
}

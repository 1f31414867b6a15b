import path from "node:path";
import type ts from "typescript";

/** What is wrong, in one word. */
export type Rule =
  | "socket-state"
  | "shared-state"
  | "nested-listener"
  | "timer"
  | "effect"
  | "local-view";

/** Something in an application's source that will not outlive an invocation. */
export interface Finding {
  /** Relative to the working directory. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly rule: Rule;
  /** The variable, event or function that the finding is about. */
  readonly name: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do instead. */
  readonly remedy: string;
}

/** A place in a source file. */
export type Place = Pick<Finding, "file" | "line" | "column">;

/** Where a node begins. */
export function placeOf(node: ts.Node): Place {
  const tree = node.getSourceFile();
  const { line, character } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
  const file = path.relative(process.cwd(), tree.fileName).replaceAll(path.sep, "/");
  return { file, line: line + 1, column: character + 1 };
}

/** By file, then from top to bottom. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** One line per finding, in the form of a compiler's messages; empty without findings. */
export function formatFindings(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ file, line, column, message, remedy }) =>
        `${file}:${line}:${column}  ${message}: ${remedy}`,
    )
    .join("\n");
}

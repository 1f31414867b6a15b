import { relative, sep } from "node:path";
import { comparePlaces } from "../checks/closures/findings";
import { readProject } from "../checks/closures/project";
import { compileFile, type Refusal } from "./file";

/** An application whose memory outlives its containers. */
export interface Compiled {
  /** By absolute path, with its source map inside; none where nothing outlives an event. */
  readonly files: ReadonlyMap<string, string>;
  /** What cannot be kept, by the source. */
  readonly refusals: readonly Refusal[];
}

/**
 * Compiles the application's own files. Packages stay as they are.
 *
 * @param root the folder below which modules are named
 * @param isModule whether Node takes a file for a module
 * @throws Error if there is no such file
 */
export function compileApplication(
  entry: string,
  root: string,
  isModule: (file: string, text: string) => boolean,
): Compiled {
  const files = new Map<string, string>();
  const refusals: Refusal[] = [];
  const begunAnew: Refusal[] = [];
  let needsMemory = false;
  for (const file of readProject(entry).files) {
    if (file.fileName.includes(`${sep}node_modules${sep}`) || file.isDeclarationFile) continue;
    const module = relative(root, file.fileName).split(sep).join("/");
    const isScript = !isModule(file.fileName, file.text);
    const compiled = compileFile(file, module, isScript);
    files.set(file.fileName, compiled.text);
    refusals.push(...compiled.refusals);
    begunAnew.push(...compiled.begunAnew);
    needsMemory ||= compiled.hasMemory;
  }
  if (!needsMemory) return { files: new Map(), refusals: begunAnew };
  return { files, refusals: [...refusals, ...begunAnew].sort(comparePlaces) };
}

/** What they are, as lines for a person. */
export function describeRefusals(refusals: readonly Refusal[]): string[] {
  return refusals.map(
    ({ file, line, column, reason, wayOut }) => `${file}:${line}:${column}  ${reason}: ${wayOut}`,
  );
}

export type { Refusal } from "./file";

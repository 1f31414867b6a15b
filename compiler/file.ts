import ts from "typescript";
import { type Place, placeOf } from "../checks/closures/findings";
import { Application } from "../src/names";
import { accessor, namesOf } from "./accessors";
import { type ClosureNode, findClosures } from "./closures";
import { Edits } from "./edits";
import { emitFrames, emitSites, makers, RUNTIME } from "./emit";
import { emitBinds, emitConstants, emitTimers } from "./emit-calls";
import { emitClasses } from "./emit-classes";
import { type Frames, findFrames, type Site } from "./frames";
import { hasMemory } from "./needs";
import { keptByPackages } from "./packages";
import { bodyStart } from "./places";
import { readScopes } from "./scopes";
import { withSourceMap } from "./source-map";
import { moduleVariables } from "./variables";

/** Something that will not outlive its container, with what to write instead. */
export interface Refusal extends Place {
  readonly reason: string;
  readonly wayOut: string;
}

/** A file, compiled. */
export interface CompiledFile {
  readonly text: string;
  readonly refusals: readonly Refusal[];
  /** Objects of packages that keep their state themselves. */
  readonly begunAnew: readonly Refusal[];
  /** Whether anything in it may outlive an event. */
  readonly hasMemory: boolean;
}

const BEGUN_ANEW = {
  reason: "an object of a package that keeps its state itself begins anew in each container",
  wayOut: "keep what it is made of in a variable, such as `chess.fen()`, or keep a Map of your own",
};

/** Compiles one file: the text does the same as before, and says what its memory consists of. */
export function compileFile(file: ts.SourceFile, module: string, isScript: boolean): CompiledFile {
  const refusals: Refusal[] = [];
  const refuse = (node: ts.Node, reason: string, wayOut: string) =>
    void refusals.push({ ...placeOf(node), reason, wayOut });
  const scopes = readScopes(file);
  const closures = new Set([...findClosures(scopes)].filter((node) => canBeCopied(node, refuse)));
  const frames = findFrames(scopes, closures, freePrefix(file.text), refuse);
  const homes = homesOf(frames);
  const edits = new Edits(file.text);
  const variables = moduleVariables(scopes, isScript);
  const head = `var ${frames.module.variable}=${RUNTIME}.m(${JSON.stringify(module)},${JSON.stringify(namesOf(variables))},${accessor(variables)}${refreshes(file) ? ",1" : ""});`;
  edits.insert(bodyStart(file), `;${importOf(isScript)}${head}`, file);
  emitFrames(edits, frames);
  emitSites(edits, frames, scopes);
  emitTimers(edits, scopes);
  emitBinds(edits, file);
  emitConstants(edits, frames, settableConstants(scopes, variables));
  emitClasses(edits, frames, homes);
  const again = makers(edits, frames, homes, undefined);
  const pieces = edits.all();
  if (again.length > 0) {
    pieces.push({ text: `\n;${RUNTIME}.d(${frames.module.variable},{` }, ...again);
    pieces.push({ text: "});" });
  }
  const text = withSourceMap(pieces, file.text, file.fileName);
  const begunAnew = [...keptByPackages(file)].map((node) => ({ ...placeOf(node), ...BEGUN_ANEW }));
  return { text, refusals, begunAnew, hasMemory: hasMemory(scopes, frames) };
}

/** Whether timers that have ended may be set again; only then are they worth keeping. */
function refreshes({ text }: ts.SourceFile): boolean {
  return /\brefresh\b/.test(text);
}

function importOf(isScript: boolean): string {
  const module = JSON.stringify(Application.memoryModule);
  return isScript ? `var ${RUNTIME}=require(${module});` : `import ${RUNTIME} from ${module};`;
}

function settableConstants(
  { module }: ReturnType<typeof readScopes>,
  variables: ReturnType<typeof moduleVariables>,
) {
  const names = new Set(variables.filter((one) => one.isSettable).map(({ name }) => name));
  return [...module.bindings.values()].filter(({ name }) => names.has(name));
}

/** The class in whose body a closure lies. */
function homesOf({ sites }: Frames): Map<Site, ts.ClassLikeDeclaration | undefined> {
  const homes = new Map<Site, ts.ClassLikeDeclaration | undefined>();
  for (const site of sites.values()) {
    let at: ts.Node = site.node.parent;
    while (!ts.isSourceFile(at) && !ts.isClassLike(at)) at = at.parent;
    homes.set(site, ts.isClassLike(at) ? at : undefined);
  }
  return homes;
}

/** `super` and `new.target` mean something only where they stand. */
function canBeCopied(
  node: ClosureNode,
  refuse: (node: ts.Node, reason: string, wayOut: string) => void,
): boolean {
  if (!ts.isArrowFunction(node)) return true;
  const found = findSuper(node);
  if (!found) return true;
  refuse(
    found,
    `\`${found.getText()}\` in a function that may outlive the event cannot be kept`,
    "call a method of `this` that does it",
  );
  return false;
}

function findSuper(node: ts.Node): ts.Node | undefined {
  return ts.forEachChild(node, (child): ts.Node | undefined => {
    if (child.kind === ts.SyntaxKind.SuperKeyword || ts.isMetaProperty(child)) {
      return /^import/.test(child.getText()) ? undefined : child;
    }
    const hasOwn = ts.isFunctionLike(child) && !ts.isArrowFunction(child);
    return hasOwn || ts.isClassLike(child) ? undefined : findSuper(child);
  });
}

/** Names that the file does not use itself. */
function freePrefix(text: string): string {
  let prefix = "$r";
  while (new RegExp(`\\${prefix}\\d`).test(text)) prefix += "_";
  return prefix;
}

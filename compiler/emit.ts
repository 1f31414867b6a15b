import ts from "typescript";
import { accessor, namesOf } from "./accessors";
import type { Edit, Edits, Piece } from "./edits";
import { frameVariables } from "./frame-variables";
import type { Frame, Frames, Site } from "./frames";
import { inferredName } from "./labels";
import { wrapped } from "./names";
import { bodyStart, insertionPoint, lineOf } from "./places";
import type { FileScopes } from "./scopes";

/** What a compiled file calls: `lambda-rooms.memory` of `lib/application/memory.ts`. */
export const RUNTIME = "$rt";

/** Notes each run of a scope whose variables are kept. */
export function emitFrames(edits: Edits, frames: Frames): void {
  for (const frame of frames.all) {
    if (!frame.parent) continue;
    const { node } = frame.scope;
    const variables = frameVariables(frame);
    const record = `${RUNTIME}.s(${frame.parent.variable},${text(frame.id)},${text(namesOf(variables, lineOf(node)))},${accessor(variables)})`;
    const statement = `const ${frame.variable}=${record};`;
    if (ts.isPropertyDeclaration(node) && node.initializer) {
      edits.insert(node.initializer.getStart(), `((${frame.variable})=>(`, node);
      edits.insert(node.initializer.end, `))(${record})`, node, false, true);
    } else {
      const point = insertionPoint(node);
      if (point.kind === "start") edits.insert(point.at, `;${statement}`, node);
      else {
        const [before, after] = point.isExpression ? ["return (", ");}"] : ["", "}"];
        edits.insert(point.node.getStart(), `{${statement}${before}`, node);
        edits.insert(point.node.end, after, node, false, true);
      }
    }
  }
}

/** Gives each closure its name where it is made. */
export function emitSites(edits: Edits, { sites }: Frames, scopes: FileScopes): void {
  const literals = new Map<ts.ObjectLiteralExpression, string[]>();
  const tag = ({ node, frame, id }: Site): void => {
    if (ts.isClassLike(node)) return;
    if (ts.isMethodDeclaration(node)) {
      const literal = node.parent as ts.ObjectLiteralExpression;
      const names = literals.get(literal) ?? [];
      literals.set(literal, [...names, (node.name as ts.Identifier).text, id]);
    } else if (ts.isFunctionDeclaration(node)) {
      if (!node.name) return;
      const call = `;${RUNTIME}.f(${frame.variable},${text(id)},${node.name.text});`;
      edits.insert(bodyStart(declaringNode(node, scopes)), call, node, true);
    } else {
      const name = inferredName(node);
      const after = name === undefined ? ")" : `,${text(name)})`;
      edits.wrap(node, `${RUNTIME}.f(${frame.variable},${text(id)},`, after);
    }
  };
  for (const site of sites.values()) tag(site);
  for (const [literal, names] of literals) {
    const { frame } = sites.get(literal.properties.find((one) => sites.has(one))!) as Site;
    edits.wrap(literal, `${RUNTIME}.o(${frame.variable},`, `,${JSON.stringify(names)})`);
  }
}

/** The block, function or file at whose start a declared function is there. */
function declaringNode(node: ts.FunctionDeclaration, { scopes }: FileScopes): ts.Node {
  let at: ts.Node = node.parent;
  while (!scopes.has(at)) at = at.parent;
  return at;
}

/**
 * What makes closures again in a container that has not run what made them first. Their variables are those of records,
 * so that one text serves runs of this container and of others.
 *
 * @param home the class in whose body they lie, since only there private names have a meaning
 */
export function makers(
  edits: Edits,
  { sites }: Frames,
  homes: Homes,
  home: ts.ClassLikeDeclaration | undefined,
): Piece[] {
  return [...sites.values()]
    .filter((site) => homes.get(site) === home && !isMadeByLoading(site))
    .flatMap((site) => makerOf(site, closureAgain(edits, site, sites)));
}

export type Homes = ReadonlyMap<Site, ts.ClassLikeDeclaration | undefined>;

/** What stands in no function is there again when the module has been evaluated. */
function isMadeByLoading({ node, frame }: Site): boolean {
  if (frame.parent) return false;
  let at: ts.Node = node.parent;
  while (!ts.isFunctionLike(at) && !ts.isSourceFile(at)) at = at.parent;
  return ts.isSourceFile(at);
}

/** The names of the frames around it, from the module inwards, and its own. */
function pathOf({ frame, id }: Site): string {
  const ids = [id];
  for (let at: Frame = frame; at.parent; at = at.parent) ids.unshift(at.id);
  return ids.join("|");
}

function makerOf(site: Site, closure: readonly Piece[]): Piece[] {
  const { variable } = site.frame;
  const start = `${text(pathOf(site))}(${variable}){${recordsAround(site, closure)}return `;
  return [{ text: start }, ...closure, { text: "}," }];
}

/** The records of the frames further out, as far as they are used; that of the module is a variable of the module. */
function recordsAround({ frame }: Site, closure: readonly Piece[]): string {
  const records: string[] = [];
  let way = frame.variable;
  for (let at = frame; at.parent?.parent; at = at.parent) {
    way += ".parent";
    const { variable } = at.parent;
    const isUsed = closure.some((one) => one.from === undefined && one.text.includes(variable));
    if (isUsed) records.push(`${variable}=${way}`);
  }
  return records.length > 0 ? `const ${records.join()};` : "";
}

function closureAgain(edits: Edits, { node, frame, id }: Site, sites: Frames["sites"]): Piece[] {
  const inner = innerClosures(node, sites);
  const outer = captures(frame, node).filter(
    ({ start }) => !inner.some((one) => one.start <= start && start < one.end),
  );
  const copy = edits.copy(node, [...outer, ...inner]);
  const inParentheses = [{ text: "(" }, ...withoutExport(copy), { text: ")" }];
  if (ts.isMethodDeclaration(node)) {
    return [{ text: "({" }, ...copy, { text: `}).${node.name.getText()}` }];
  }
  const name = ts.isClassLike(node) ? undefined : inferredName(node);
  // What calls the maker says where the closure is from.
  if (name === undefined) return inParentheses;
  const start = { text: `${RUNTIME}.f(${frame.variable},${text(id)},` };
  return [start, ...inParentheses, { text: `,${text(name)})` }];
}

/** Closures inside of a copy are made by their own makers, so that each text stands twice at most. */
function innerClosures(node: ts.Node, sites: Frames["sites"]): Edit[] {
  const found: Edit[] = [];
  const visit = (child: ts.Node): void => {
    const site = sites.get(child);
    if (!site || !(ts.isArrowFunction(child) || ts.isFunctionExpression(child))) {
      if (!ts.isClassLike(child)) ts.forEachChild(child, visit);
      return;
    }
    const call = `${RUNTIME}.a(${site.frame.variable},${text(site.id)})`;
    const places = { start: child.getStart(), end: child.end };
    found.push({ ...places, text: call, of: child, isOutside: false, closes: false });
  };
  if (!ts.isClassLike(node)) ts.forEachChild(node, visit);
  return found;
}

const EXPORT = /^export\s+(default\s+)?/;

function withoutExport(pieces: Piece[]): Piece[] {
  const [first, ...rest] = pieces;
  const word = first && EXPORT.exec(first.text)?.[0];
  if (!first || !word) return pieces;
  const from = first.from === undefined ? undefined : first.from + word.length;
  return [{ text: first.text.slice(word.length), ...(from !== undefined && { from }) }, ...rest];
}

/** Uses of captured variables inside a closure, as properties of their records. */
function captures(from: Frame, node: ts.Node): Edit[] {
  const found: Edit[] = [];
  for (let at: Frame = from; at.parent; at = at.parent) {
    for (const { name, references } of at.variables) {
      for (const { node: use } of references) {
        if (use.pos < node.pos || use.end > node.end) continue;
        const edit = { text: propertyFor(use, at.variable, name), of: use };
        const places = { start: use.getStart(), end: use.end };
        found.push({ ...edit, ...places, isOutside: false, closes: false });
      }
    }
  }
  return found;
}

function propertyFor(use: ts.Node, record: string, name: string): string {
  const property = `${record}.v.${name}`;
  if (ts.isShorthandPropertyAssignment(use.parent)) return `${name}:${property}`;
  const outer = wrapped(use);
  const { parent } = outer;
  const isCalled = ts.isCallExpression(parent) && parent.expression === outer;
  const isTag = ts.isTaggedTemplateExpression(parent) && parent.tag === outer;
  // A variable that is called gets no `this`.
  return isCalled || isTag ? `${record}.get(${text(name)})` : property;
}

function text(value: string): string {
  return JSON.stringify(value);
}

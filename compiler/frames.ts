import ts from "typescript";
import type { ClosureNode } from "./closures";
import { labelOf } from "./labels";
import type { Binding, FileScopes, Scope } from "./scopes";

/** A scope whose variables are captured by what outlives its run. The module is one, without a parent. */
export interface Frame {
  readonly scope: Scope;
  readonly parent: Frame | undefined;
  /** The variable that holds its record when the program runs. */
  readonly variable: string;
  /** How it is called inside of its parent. */
  readonly id: string;
  readonly variables: readonly Binding[];
  readonly closures: Site[];
  readonly children: Frame[];
}

/** A closure, and how it is called inside of its frame. */
export interface Site {
  readonly node: ClosureNode;
  readonly frame: Frame;
  readonly id: string;
}

export interface Frames {
  readonly module: Frame;
  readonly all: readonly Frame[];
  readonly sites: ReadonlyMap<ts.Node, Site>;
  /** The frame that a scope's own variables would be in, or the nearest one around it. */
  around(scope: Scope): Frame;
}

/** How often a label has been given in a frame. */
type Names = Map<Frame, Map<string, number>>;

/** Where frames cannot be made, with the reason. */
export type Refuse = (node: ts.Node, reason: string, wayOut: string) => void;

/** Finds the frames of a file and puts each closure into its own. */
export function findFrames(
  scopes: FileScopes,
  closures: ReadonlySet<ClosureNode>,
  prefix: string,
  refuse: Refuse,
): Frames {
  const captured = capturedVariables(scopes, closures, refuse);
  const frames = new Map<Scope, Frame>();
  const nameIn = (used: Names, frame: Frame, node: ts.Node): string => {
    const names = used.get(frame) ?? new Map<string, number>();
    used.set(frame, names);
    const label = chain(node, frame.scope.node);
    const count = (names.get(label) ?? 0) + 1;
    names.set(label, count);
    return count > 1 ? `${label}~${count}` : label;
  };
  const frameNames: Names = new Map();
  const siteNames: Names = new Map();
  const module: Frame = {
    ...{ scope: scopes.module, parent: undefined, variable: `${prefix}0`, id: "" },
    ...{ variables: [], closures: [], children: [] },
  };
  frames.set(scopes.module, module);
  const around = (from: Scope | undefined): Frame => {
    for (let at = from; at; at = at.parent) {
      const frame = frames.get(at);
      if (frame) return frame;
    }
    return module;
  };
  // A scope comes after the one around it.
  for (const scope of scopes.scopes.values()) {
    const variables = captured.get(scope);
    if (!variables) continue;
    const parent = around(scope.parent);
    const frame: Frame = {
      ...{ scope, parent, variables, closures: [], children: [] },
      variable: `${prefix}${frames.size}`,
      id: nameIn(frameNames, parent, scope.node),
    };
    frames.set(scope, frame);
    parent.children.push(frame);
  }
  const sites = new Map<ts.Node, Site>();
  for (const node of closures) {
    const frame = around(scopes.scopes.get(node)?.parent);
    const site = { node, frame, id: nameIn(siteNames, frame, node) };
    sites.set(node, site);
    frame.closures.push(site);
  }
  return { module, all: [...frames.values()], sites, around };
}

/** By the scope in which they are declared; a loop's variables are taken into each run of its body. */
function capturedVariables(
  { scopes }: FileScopes,
  closures: ReadonlySet<ts.Node>,
  refuse: Refuse,
): Map<Scope, Binding[]> {
  const found = new Map<Scope, Binding[]>();
  for (const scope of scopes.values()) {
    if (!scope.parent || ts.isClassLike(scope.node)) continue;
    const captured = [...scope.bindings.values()].filter((one) => isCaptured(one, closures));
    if (captured.length === 0) continue;
    if (ts.isCaseBlock(scope.node)) {
      for (const { name, node } of captured) {
        refuse(
          node,
          `\`${name}\` is declared in a \`case\` and outlives the event`,
          "put braces around what the case does",
        );
      }
      continue;
    }
    const home = bodyOfLoop(scope, scopes);
    found.set(home, [...(found.get(home) ?? []), ...captured]);
  }
  return found;
}

function bodyOfLoop(scope: Scope, scopes: FileScopes["scopes"]): Scope {
  const { node } = scope;
  const isLoop = ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node);
  const body = isLoop && ts.isBlock(node.statement) ? scopes.get(node.statement) : undefined;
  const isShadowed = body && [...scope.bindings.keys()].some((name) => body.bindings.has(name));
  return body && !isShadowed ? body : scope;
}

/** Whether a closure that is kept lies between a variable and one of its uses. */
function isCaptured({ references, scope: home }: Binding, closures: ReadonlySet<ts.Node>): boolean {
  return references.some(({ scope }) => {
    for (let at: Scope | undefined = scope; at && at !== home; at = at.parent) {
      if (closures.has(at.node)) return true;
    }
    return false;
  });
}

function chain(node: ts.Node, end: ts.Node): string {
  const labels: string[] = [];
  for (let at = node; at !== end && !ts.isSourceFile(at); at = at.parent) {
    const counts = at === node || ts.isFunctionLike(at) || ts.isClassLike(at);
    if (counts && labelOf(at) !== "block") labels.unshift(labelOf(at));
  }
  return labels.join("/") || "block";
}

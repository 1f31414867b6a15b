import ts from "typescript";
import type { Edits, Piece } from "./edits";
import { type Homes, makers, RUNTIME } from "./emit";
import type { Frames, Site } from "./frames";
import { hasModifier } from "./names";
import { bodyStart } from "./places";

/**
 * A class says its name, and opens its private fields to the memory, which nothing outside could read. Closures and
 * frames of its methods are made again inside of it.
 */
export function emitClasses(edits: Edits, frames: Frames, homes: Homes): void {
  for (const site of frames.sites.values()) {
    const { node, frame } = site;
    if (!ts.isClassLike(node)) continue;
    const inside = makers(edits, frames, homes, node);
    const pieces: Piece[] = [{ text: `;static{${registration(site, node)};` }];
    if (inside.length > 0) {
      pieces.push({ text: `${RUNTIME}.d(${frame.variable},{` }, ...inside, { text: "});" });
    }
    edits.insert(node.end - 1, [...pieces, { text: "}" }], node, false, true);
    emitRevival(edits, node);
  }
}

function registration({ frame, id }: Site, node: ts.ClassLikeDeclaration): string {
  const call = `${RUNTIME}.k(${frame.variable},${JSON.stringify(id)},this`;
  const own = privateFields(node, false);
  const shared = privateFields(node, true);
  if (own.length + shared.length === 0) return `${call})`;
  return `${call},${listed(own)},${opener(own)},${listed(shared)},${opener(shared)})`;
}

function privateFields(node: ts.ClassLikeDeclaration, isStatic: boolean): string[] {
  return node.members.flatMap((member) => {
    if (!ts.isPropertyDeclaration(member) || !ts.isPrivateIdentifier(member.name)) return [];
    return hasModifier(member, ts.SyntaxKind.StaticKeyword) === isStatic ? [member.name.text] : [];
  });
}

function listed(names: readonly string[]): string {
  return JSON.stringify(names.join(" "));
}

/** Reads and sets the private field of an object, by its place. */
function opener(names: readonly string[]): string {
  if (names.length === 0) return "0";
  const cases = names.map((name, index) => {
    const value = `w?o.${name}=v:o.${name}`;
    return index === names.length - 1 ? value : `k==${index}?${value}:`;
  });
  return `(k,w,v,o)=>${cases.join("")}`;
}

/** An instance that is made again gets its private fields from the class, and all values from what is stored. */
function emitRevival(edits: Edits, node: ts.ClassLikeDeclaration): void {
  const maker = node.members.find(
    (member): member is ts.ConstructorDeclaration =>
      ts.isConstructorDeclaration(member) && member.body !== undefined,
  );
  if (!maker) return;
  const isDerived = node.heritageClauses?.some(
    ({ token }) => token === ts.SyntaxKind.ExtendsKeyword,
  );
  const stop = isDerived ? "{super();return}" : "return";
  edits.insert(bodyStart(maker), `;if(${RUNTIME}.v)${stop};`, maker);
}

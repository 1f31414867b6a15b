import ts from "typescript";
import { isKeptInMemory } from "../checks/closures/packages";

/** What is lost from these is fetched again. */
const CACHE = /cache|memo/i;

/**
 * Objects of packages that a file makes while it is loaded, and that keep their state themselves: each container makes
 * them again, as they were after loading. Those that are made later are named when they are met.
 */
export function* keptByPackages(file: ts.SourceFile): Generator<ts.Node> {
  const waiting: ts.Node[] = [file];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (ts.isFunctionLike(node)) continue;
    if (isKeptInMemory(node) && !CACHE.test(nameOf(node.parent))) yield node;
    ts.forEachChild(node, (child) => void waiting.push(child));
  }
}

/** Of a variable, a property or a field. */
function nameOf(node: ts.Node): string {
  const isNamed =
    ts.isVariableDeclaration(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isPropertyDeclaration(node);
  return isNamed ? node.name.getText() : "";
}

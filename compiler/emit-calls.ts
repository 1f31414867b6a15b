import ts from "typescript";
import { moduleOf } from "./closures";
import type { Edits } from "./edits";
import { RUNTIME } from "./emit";
import type { Frames } from "./frames";
import type { Binding, FileScopes } from "./scopes";
import { canBeSet, constList } from "./variables";

const TIMERS = /^(set|clear)(Timeout|Interval)$/;

/** Timers are the memory's. */
export function emitTimers(edits: Edits, { globals, meaning }: FileScopes): void {
  for (const name of globals) {
    const { parent, text } = name;
    if (TIMERS.test(text)) {
      const isShorthand = ts.isShorthandPropertyAssignment(parent);
      const before = isShorthand ? `${text}:` : "";
      edits.replace(name.getStart(), name.end, `${before}${RUNTIME}.${text}`, name);
    } else if (isGlobalObject(text) && isTimerOf(parent, name)) {
      edits.replace(parent.getStart(), name.end, RUNTIME, parent);
    }
  }
  for (const [node, binding] of meaning) {
    if (!/^(node:)?timers$/.test(moduleOf(binding.node) ?? "")) continue;
    const imported = importedName(binding);
    if (imported && TIMERS.test(imported) && ts.isCallExpression(node.parent)) {
      edits.replace(node.getStart(), node.end, `${RUNTIME}.${imported}`, node);
    } else if (isTimerOf(node.parent, node)) {
      edits.replace(node.getStart(), node.end, RUNTIME, node);
    }
  }
}

function isGlobalObject(name: string): boolean {
  return /^(global|globalThis|window)$/.test(name);
}

function isTimerOf(parent: ts.Node, object: ts.Node): boolean {
  return (
    ts.isPropertyAccessExpression(parent) &&
    parent.expression === object &&
    TIMERS.test(parent.name.text)
  );
}

function importedName({ node, name }: Binding): string | undefined {
  if (ts.isImportSpecifier(node)) return (node.propertyName ?? node.name).text;
  if (!ts.isVariableDeclaration(node) || ts.isIdentifier(node.name)) return undefined;
  for (const element of node.name.elements) {
    if (!ts.isBindingElement(element) || element.name.getText() !== name) continue;
    return (element.propertyName ?? element.name).getText();
  }
  return undefined;
}

/** `fn.bind(object, …)`: what it gives is as good as its parts. */
export function emitBinds(edits: Edits, file: ts.SourceFile): void {
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isBind(node)) {
      const { expression } = node.expression;
      edits.insert(node.getStart(), `${RUNTIME}.b(`, node);
      const from = node.arguments.pos;
      edits.replace(expression.end, from, node.arguments.length > 0 ? "," : "", node.expression);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}

type BindCall = ts.CallExpression & { readonly expression: ts.PropertyAccessExpression };

function isBind(node: ts.CallExpression): node is BindCall {
  const { expression } = node;
  return (
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === "bind" &&
    !expression.questionDotToken &&
    !node.questionDotToken &&
    !ts.isOptionalChain(node) &&
    expression.expression.kind !== ts.SyntaxKind.SuperKeyword &&
    // Called at once, it is like any call.
    !(ts.isCallExpression(node.parent) && node.parent.expression === node)
  );
}

/** `const` that has to be put back becomes `let`: nothing in the source assigns to it. */
export function emitConstants(edits: Edits, frames: Frames, module: readonly Binding[]): void {
  const done = new Set<ts.Node>();
  for (const binding of [...module, ...frames.all.flatMap(({ variables }) => variables)]) {
    if (binding.kind !== "const" || !canBeSet(binding)) continue;
    const list = constList(binding.node as ts.VariableDeclaration);
    if (!list || done.has(list)) continue;
    done.add(list);
    const start = list.getStart();
    edits.replace(start, start + "const".length, "let", list);
  }
}

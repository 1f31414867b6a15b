import ts from "typescript";
import { classMade, makersOf, methodCalled } from "./classes";
import type { Project } from "./project";
import { bare, type FunctionNode, isFunction, isInlineFunction, methodCall } from "./syntax";

/** What runs when a function does. */
export interface Reach {
  /** The function itself and those it calls by name or as a method, in any file. */
  readonly functions: ReadonlySet<ts.Node>;
  /** The syntax inside them that runs. */
  readonly nodes: readonly ts.Node[];
}

/** Whether the walk goes into a node; functions with names are entered where they are called. */
type Enters = (node: ts.Node) => boolean;

/**
 * What runs when a handler is called: its body, the callbacks written in it, the functions it calls.
 * `handlers` are left out, since they run at another time.
 */
export function reachOf(project: Project, fn: FunctionNode, handlers: ReadonlySet<ts.Node>): Reach {
  return reach(project, [fn], (node) => {
    if (!isFunction(node)) return true;
    return isInlineFunction(node) && !handlers.has(node) && isPartOfCall(node);
  });
}

/**
 * What certainly runs when the application is loaded. A branch may be one that is not taken on Lambda
 * (`if (require.main === module)`), so branches are left out.
 */
export function reachOfLoad(project: Project, handlers: ReadonlySet<ts.Node>): Reach {
  return reach(project, project.files, (node) => {
    if (isBranch(node)) return false;
    if (!isFunction(node)) return true;
    return isInlineFunction(node) && !handlers.has(node) && runsWithItsCall(node);
  });
}

/** What may run while the application starts: also branches, and what is called when the server listens or a client is there. */
export function reachOfStart(project: Project, handlers: ReadonlySet<ts.Node>): Reach {
  return reach(project, project.files, (node) => {
    if (!isFunction(node)) return true;
    return isInlineFunction(node) && !handlers.has(node) && isPartOfCall(node) && runsOnce(node);
  });
}

function reach(project: Project, roots: readonly ts.Node[], enters: Enters): Reach {
  const functions = new Set<ts.Node>();
  const nodes: ts.Node[] = [];
  const waiting = [...roots];
  const visit = (node: ts.Node): void => {
    // What a class holds runs when an instance is made or its method is called, and is entered there.
    if (ts.isClassLike(node) || !enters(node)) return;
    nodes.push(node);
    if (ts.isCallExpression(node)) {
      const called = project.functionOf(node.expression);
      const method = called ? undefined : methodCalled(project, node.expression);
      if (called && called !== bare(node.expression)) waiting.push(called);
      if (method) waiting.push(method);
    }
    const made = classMade(project, node);
    if (made) waiting.push(...makersOf(made));
    ts.forEachChild(node, visit);
  };
  for (let root = waiting.shift(); root; root = waiting.shift()) {
    if (functions.has(root)) continue;
    functions.add(root);
    ts.forEachChild(root, visit);
  }
  return { functions, nodes };
}

/** Given to a call, or called where it stands. */
function isPartOfCall(fn: ts.Node): boolean {
  let { parent } = fn;
  while (ts.isParenthesizedExpression(parent)) ({ parent } = parent);
  return ts.isCallExpression(parent) || ts.isNewExpression(parent);
}

/** Called where it stands, or given to what runs it in any case. */
function runsWithItsCall(fn: ts.Node): boolean {
  let { parent } = fn;
  while (ts.isParenthesizedExpression(parent)) ({ parent } = parent);
  if (!ts.isCallExpression(parent)) return false;
  const { method } = methodCall(parent) ?? { method: "" };
  return (
    !parent.arguments.some((one) => one === fn) || /^(then|finally|forEach|listen)$/.test(method)
  );
}

/** Called where it stands, by a promise, when a server listens, or at the end of the process. */
function runsOnce(fn: ts.Node): boolean {
  if (runsWithItsCall(fn)) return true;
  const call = fn.parent;
  if (ts.isNewExpression(call)) return call.expression.getText() === "Promise";
  const parts = methodCall(call);
  return !!parts && (/^(once|catch)$/.test(parts.method) || isProcess(parts.receiver));
}

function isProcess(node: ts.Node): boolean {
  return node.getText() === "process";
}

function isBranch(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    return (
      kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken
    );
  }
  return (
    ts.isIfStatement(node) ||
    ts.isCatchClause(node) ||
    ts.isConditionalExpression(node) ||
    ts.isSwitchStatement(node)
  );
}

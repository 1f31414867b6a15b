import ts from "typescript";
import type { Application, HandlerRun } from "../application";
import { methodCalled } from "../classes";
import { type Finding, placeOf } from "../findings";
import { importOf } from "../imports";
import { pathOf } from "../mutations";
import type { Roles } from "../role";
import { resolveName } from "../scopes";
import { bare, enclosing } from "../syntax";

/** Names of methods that change something somewhere. */
const WRITES =
  /^(insert|create|save|update|upsert|replace|delete|remove|destroy|add|set|put|push|publish|produce|send|incr|decr|increment|decrement|track|capture|write|append|post|patch|exec|execute|query|run|lpush|rpush|sadd|srem|zadd|hset|hincrby|expire)/i;
/** Ours and Socket.IO's effects are muted, timers have a rule of their own, and the console may repeat itself. */
const HARMLESS = /^(console|Promise|JSON|Math|Object|Array|Number|String|Date)$/;

/**
 * Effects outside Socket.IO in the connection handler: it runs again before every batch of a connection's events, and
 * only what it does by Socket.IO is muted then.
 */
export function checkEffects(application: Application): Finding[] {
  return application.runs
    .filter(({ handler }) => handler.kind === "connection")
    .flatMap((run) => effectsIn(application, run));
}

function effectsIn({ project, roleOf }: Application, { reach }: HandlerRun): Finding[] {
  return reach.nodes.flatMap((node) => {
    if (!ts.isCallExpression(node) || !reach.functions.has(enclosing(node))) return [];
    // What the application's own functions do is seen inside them.
    const { expression: callee } = node;
    if (project.functionOf(callee) || methodCalled(project, callee)) return [];
    if (isGuarded(node)) return [];
    if (isOfSocketIo(node, roleOf) || !isEffect(node)) return [];
    const name = callee.getText();
    return {
      ...placeOf(node),
      rule: "effect" as const,
      name,
      message: `\`${name}\` is called in the connection handler, which runs again before every batch of events`,
      remedy: "do it once, inside if (!socket.recovered) { … }",
    };
  });
}

function isEffect(call: ts.CallExpression): boolean {
  const callee = bare(call.expression);
  if (ts.isIdentifier(callee) && callee.text === "fetch") return !resolveName(callee);
  const root = rootOf(callee);
  if (!root || HARMLESS.test(root.text)) return false;
  const isAlone = ts.isExpressionStatement(statementOf(call));
  if (isAlone && ts.isAwaitExpression(call.parent)) return !isTimer(callee);
  if (!ts.isPropertyAccessExpression(callee) || !WRITES.test(callee.name.text)) return false;
  return ts.isAwaitExpression(call.parent) || (isAlone && comesFromModule(root));
}

/** `await db.insert(…)` as a statement: what it returns is not used. */
function statementOf(call: ts.CallExpression): ts.Node {
  let at: ts.Node = call.parent;
  while (ts.isAwaitExpression(at) || ts.isVoidExpression(at) || ts.isParenthesizedExpression(at)) {
    at = at.parent;
  }
  return at;
}

function rootOf(expression: ts.Node): ts.Identifier | undefined {
  const node = bare(expression);
  if (ts.isCallExpression(node)) return rootOf(node.expression);
  return (
    pathOf(node)?.root ??
    (ts.isPropertyAccessExpression(node) ? rootOf(node.expression) : undefined)
  );
}

/** Imported, or made by what is imported: `const db = new Database()`. */
function comesFromModule(root: ts.Identifier): boolean {
  const declaration = resolveName(root);
  if (!declaration) return false;
  if (importOf(declaration)) return true;
  const { node } = declaration;
  if (!ts.isVariableDeclaration(node) || !node.initializer) return false;
  const made = bare(node.initializer);
  if (!ts.isNewExpression(made) && !ts.isCallExpression(made)) return false;
  const maker = rootOf(made.expression);
  const origin = maker && resolveName(maker);
  return origin !== undefined && importOf(origin) !== undefined;
}

function isTimer(callee: ts.Node): boolean {
  return ts.isIdentifier(callee) && /^(setTimeout|sleep|delay)$/.test(callee.text);
}

/** `socket.join(…)`, `io.in(room).fetchSockets()`, and what is handed the socket to register listeners. */
function isOfSocketIo(call: ts.CallExpression, roleOf: Roles): boolean {
  for (let at: ts.Node = bare(call); ; at = bare(at)) {
    if (roleOf(at) !== undefined) return true;
    if (!ts.isCallExpression(at) && !ts.isPropertyAccessExpression(at)) return false;
    at = at.expression;
  }
}

/** Inside `if (!socket.recovered)`, after `!socket.recovered &&`, or in the `else` of `if (socket.recovered)`. */
function isGuarded(call: ts.Node): boolean {
  for (let at = call; at.parent; at = at.parent) {
    const { parent } = at;
    if (ts.isIfStatement(parent)) {
      const { expression, thenStatement, elseStatement } = parent;
      if (thenStatement === at && saysNotRecovered(expression)) return true;
      if (elseStatement === at && saysRecovered(expression)) return true;
    }
    if (!ts.isBinaryExpression(parent) || parent.right !== at) continue;
    const operator = parent.operatorToken.getText();
    if (operator === "&&" && saysNotRecovered(parent.left)) return true;
    if (operator === "||" && saysRecovered(parent.left)) return true;
  }
  return false;
}

const saysRecovered = (test: ts.Node) => /^\(?[\w.]+\.recovered\)?$/.test(test.getText());
const saysNotRecovered = (test: ts.Node) =>
  /(^|&&\s*)!\s*[\w.]+\.recovered\b|\.recovered\s*===?\s*false/.test(test.getText());

import ts from "typescript";
import type { Application, HandlerRun } from "./application";
import { reachOf, reachOfStart } from "./reach";
import { timerCall } from "./rules/timers";
import { type FunctionNode, isFunction } from "./syntax";

/**
 * The functions that neither the start nor a known handler calls, as far as the syntax shows: listeners that a factory
 * returns, methods of what a framework makes, callbacks of packages. Any event may call them, so what they change counts
 * as what a listener changes. One that is never called costs a lane for all, and loses nothing.
 */
export function unfollowed(application: Application): Application {
  const { project, runs } = application;
  const handlers = new Set<ts.Node>(runs.map(({ handler }) => handler.fn));
  const load = reachOfStart(project, handlers);
  const followed = new Set<ts.Node>();
  const follow = ({ reach }: Pick<HandlerRun, "reach">) => {
    for (const node of [...reach.functions, ...reach.nodes]) followed.add(node);
  };
  for (const run of [...runs, { reach: load }]) follow(run);
  const others = project.nodes.filter(isFunction).flatMap((fn) => {
    if (followed.has(fn)) return [];
    const run = { handler: handlerOf(fn), reach: reachOf(project, fn, handlers) };
    follow(run);
    return [run];
  });
  return { ...application, runs: others, load };
}

function handlerOf(fn: FunctionNode): HandlerRun["handler"] {
  const name = nameOf(fn);
  const what = name ? `\`${name}\`` : "a function";
  const label = timerCall(fn.parent)
    ? "a timer"
    : `${what}, whose callers do not show in the source`;
  return { kind: "listener", fn, event: name ?? "", label };
}

/** Its own, or that of the variable or property that holds it. */
function nameOf(fn: FunctionNode): string | undefined {
  if (ts.isConstructorDeclaration(fn)) return "constructor";
  if (fn.name) return fn.name.getText();
  const { parent } = fn;
  const isHeld =
    ts.isVariableDeclaration(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent);
  return isHeld ? parent.name.getText() : undefined;
}

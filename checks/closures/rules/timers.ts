import ts from "typescript";
import type { Application } from "../application";
import { type Finding, placeOf } from "../findings";
import { importedThing, importOf } from "../imports";
import type { Mutation } from "../mutations";
import type { Reach } from "../reach";
import { type Declaration, resolveName } from "../scopes";
import { bare, descendants, enclosing, isFunction } from "../syntax";

const GLOBALS = /^(globalThis|global|window)$/;

/** Timers that no listener awaits: the container may be frozen when they are due. */
export function checkTimers({ runs, load }: Application): Finding[] {
  const seen = new Set<ts.Node>();
  const find = (reach: Reach, where: string): Finding[] =>
    reach.nodes.flatMap((node) => {
      const name = timerCall(node) ?? libraryTimer(node);
      if (!name || seen.has(node)) return [];
      seen.add(node);
      return isAwaited(node) || isCleared(node) ? [] : [report(node, name, where)];
    });
  return [
    ...runs.flatMap(({ handler, reach }) => find(reach, `in ${handler.label}`)),
    ...find(load, "when the application is loaded"),
  ];
}

/** Whether a change puts the handle of a timer somewhere, or nothing where the handle was. */
export function putsTimer({ node, value }: Pick<Mutation, "node" | "value">): boolean {
  if (!value) return false;
  if (timerCall(value)) return true;
  const place = partWritten(node);
  if (place === undefined || !/^(null|undefined)$/.test(value.getText())) return false;
  return [...descendants(node.getSourceFile())].some(
    (one) =>
      ts.isBinaryExpression(one) &&
      partWritten(one) === place &&
      timerCall(one.right) !== undefined,
  );
}

/** The property that is assigned: `timer` of `game.timer = …`. */
function partWritten(node: ts.Node): string | undefined {
  if (!ts.isBinaryExpression(node)) return undefined;
  const left = bare(node.left);
  return ts.isPropertyAccessExpression(left) ? left.name.text : undefined;
}

/** What starts a timer of its own, by package. */
const LIBRARIES: ReadonlyMap<string, RegExp> = new Map([
  ["lodash", /^(debounce|throttle|delay)$/],
  ["lodash-es", /^(debounce|throttle|delay)$/],
  ["lodash.debounce", /^(default|\*)$/],
  ["lodash.throttle", /^(default|\*)$/],
  ["underscore", /^(debounce|throttle|delay)$/],
  ["node-cron", /^schedule$/],
  ["node-schedule", /^scheduleJob$/],
  ["cron", /^CronJob$/],
  ["set-interval-async", /^setIntervalAsync$/],
]);

/** The timer that a package starts for the application: `cron.schedule(…)`. */
function libraryTimer(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
  const thing = importedThing(node.expression);
  const isTimer = thing && LIBRARIES.get(thing.module)?.test(thing.name);
  return isTimer ? node.expression.getText() : undefined;
}

/** Which of the two timers a node starts. */
export function timerCall(expression: ts.Node): "setTimeout" | "setInterval" | undefined {
  const node = bare(expression);
  if (!ts.isCallExpression(node)) return undefined;
  const name = globalName(node.expression);
  return name === "setTimeout" || name === "setInterval" ? name : undefined;
}

/** Whether a variable is given a timer somewhere. */
export function holdsTimer({ name, node, owner }: Declaration): boolean {
  if (ts.isVariableDeclaration(node) && node.initializer && timerCall(node.initializer))
    return true;
  return [...descendants(owner)].some(
    (one) =>
      ts.isBinaryExpression(one) &&
      ts.isIdentifier(one.left) &&
      one.left.text === name &&
      timerCall(one.right) !== undefined,
  );
}

/** The name of the global function that an expression means, or of its twin in `node:timers`. */
function globalName(expression: ts.Expression): string | undefined {
  const callee = bare(expression);
  if (ts.isPropertyAccessExpression(callee)) {
    const { expression: object, name } = callee;
    const isGlobal = ts.isIdentifier(object) && GLOBALS.test(object.text) && !resolveName(object);
    return isGlobal ? name.text : undefined;
  }
  if (!ts.isIdentifier(callee)) return undefined;
  const declaration = resolveName(callee);
  if (!declaration) return callee.text;
  const imported = importOf(declaration);
  return imported && /^(node:)?timers$/.test(imported.module) ? imported.name : undefined;
}

/** Part of a promise, `new Promise((resolve) => setTimeout(resolve, 100))`, which is there to await. */
function isAwaited(node: ts.Node): boolean {
  for (let at: ts.Node = node; at.parent; at = at.parent) {
    if (!isFunction(at) || !ts.isNewExpression(at.parent)) continue;
    if (at.parent.expression.getText() === "Promise") return true;
  }
  return false;
}

/** Cleared by the function that starts it, as a limit for what it awaits in between. */
function isCleared(node: ts.Node): boolean {
  const variable = node.parent;
  if (!ts.isVariableDeclaration(variable) || !ts.isIdentifier(variable.name)) return false;
  const declaration = resolveName(variable.name);
  const fn = enclosing(node);
  return [...descendants(fn)].some((call) => {
    if (!ts.isCallExpression(call) || enclosing(call) !== fn) return false;
    if (!/^clear(Timeout|Interval)$/.test(globalName(call.expression) ?? "")) return false;
    const [handle] = call.arguments;
    return handle && ts.isIdentifier(handle) && resolveName(handle) === declaration;
  });
}

function report(node: ts.Node, name: string, where: string): Finding {
  return {
    ...placeOf(node),
    rule: "timer",
    name,
    message: `\`${name}\` is started ${where} but timers do not outlive the invocation`,
    remedy: "await it, or use a schedule",
  };
}

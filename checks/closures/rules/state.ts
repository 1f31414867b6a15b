import ts from "typescript";
import type { Application, HandlerRun } from "../application";
import { isFieldOfOwn } from "../classes";
import { isOwnData } from "../collections";
import { comparePlaces, type Finding, type Place, placeOf } from "../findings";
import type { Handler } from "../handlers";
import { type Mutation, mutationsOf, pathOf, takesAway } from "../mutations";
import { isKeptInMemory, mayChange } from "../packages";
import type { Project } from "../project";
import { type Declaration, resolveName } from "../scopes";
import { isWithin } from "../syntax";
import { FATE, REMEDY } from "./fate";
import { isGuardedFill, isScratch } from "./harmless";
import { holdsTimer, putsTimer } from "./timers";

/** A handler's change of a variable that lives longer than the handler's run. */
interface Change {
  readonly mutation: Mutation;
  readonly handler: Handler;
}

const isOfItself = ({ kind }: Mutation) => kind === "assigned";
const MAX_STEPS = 20;

/** Variables that handlers change and that are gone when the invocation ends. */
export function checkState(application: Application): Finding[] {
  const changes = new Map<Declaration, Change[]>();
  const seen = new Set<ts.Node>();
  // What another handler does too is told of that one.
  const ends = application.runs.filter(({ handler }) => isEnd(handler));
  const others = application.runs.filter(({ handler }) => !isEnd(handler));
  for (const run of [...others, ...ends]) {
    for (const { node, mutation } of mutationsIn(run)) {
      const declaration = changedVariable(application.project, mutation);
      if (!declaration || seen.has(mutation.target)) continue;
      if (!outlives(application, declaration, run)) continue;
      seen.add(mutation.target);
      if (isShared(application, declaration) && isGuardedFill(node, declaration)) continue;
      const known = changes.get(declaration) ?? [];
      changes.set(declaration, [...known, { mutation, handler: run.handler }]);
    }
  }
  return [...changes].flatMap(([declaration, all]) => report(application, declaration, all));
}

function mutationsIn({ reach }: HandlerRun): { node: ts.Node; mutation: Mutation }[] {
  return reach.nodes.flatMap((node) =>
    [...mutationsOf(node), ...callsOfPackages(node)].map((mutation) => ({ node, mutation })),
  );
}

/** `limiter.consume(id)`: a change if the variable turns out to hold a package's object in memory. */
function callsOfPackages(node: ts.Node): Mutation[] {
  const parts = mayChange(node);
  const place = parts && pathOf(parts.receiver);
  if (!place || place.path.length > 0) return [];
  const declaration = resolveName(place.root);
  const made =
    declaration && ts.isVariableDeclaration(declaration.node) && declaration.node.initializer;
  if (made && !isKeptInMemory(made)) return [];
  return [{ target: place.root, path: [], kind: "called", value: undefined, node }];
}

/** The variable behind a change: itself, or the one whose part it is (`const user = users[id]`). */
function changedVariable(project: Project, mutation: Mutation): Declaration | undefined {
  let declaration = project.declarationOf(mutation.target);
  if (mutation.kind === "assigned") {
    return declaration && isVariable(declaration) ? declaration : undefined;
  }
  let { path } = mutation;
  for (let steps = 0; declaration && steps < MAX_STEPS; steps++) {
    const { node } = declaration;
    if (!ts.isVariableDeclaration(node) || !node.initializer) return undefined;
    if (path.length === 0 && isKeptInMemory(node.initializer)) return declaration;
    if (isOwnData(node.initializer, path, mutation.kind === "called")) return declaration;
    if (isFieldOfOwn(project, node.initializer, path, mutation.kind === "called")) {
      return declaration;
    }
    const whole = pathOf(node.initializer);
    if (!whole) return undefined;
    declaration = project.declarationOf(whole.root);
    path = [...whole.path, ...path];
  }
  return undefined;
}

function isVariable({ node }: Declaration): boolean {
  return ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
}

/** Whether a variable lives on after a handler's run, as far as its author is concerned. */
function outlives(
  application: Application,
  { owner }: Declaration,
  { handler, reach }: HandlerRun,
): boolean {
  if ([...reach.functions].some((fn) => isWithin(owner, fn))) return false;
  // Belongs to one run of another handler; the listener that was registered in there is the finding.
  if (application.handlerAround(owner, ["listener", "middleware"])) return false;
  // The connection handler runs again before every batch and fills its own variables anew.
  return handler.kind === "listener" || !application.runsPerSocket(owner);
}

function isEnd({ event }: Handler): boolean {
  return event === "disconnect" || event === "disconnecting";
}

function isShared(application: Application, { owner }: Declaration): boolean {
  return !application.runsPerSocket(owner);
}

function report(
  application: Application,
  declaration: Declaration,
  changes: readonly Change[],
): Finding[] {
  const rule = isShared(application, declaration) ? "shared-state" : "socket-state";
  // What is lost from a cache is fetched again.
  if (rule === "shared-state" && /cache|memo/i.test(declaration.name)) return [];
  // No event of a socket follows its end, so no listener misses what the end changed.
  if (rule === "socket-state" && changes.every(({ handler }) => isEnd(handler))) return [];
  const lasting = withoutTimers(declaration, changes);
  if (lasting.length === 0 || isScratch(declaration, lasting)) return [];
  const sorted = lasting
    .map((change) => ({ ...change, place: placeOf(change.mutation.target) }))
    .sort((a, b) => comparePlaces(a.place, b.place));
  const [first, ...others] = sorted as [(typeof sorted)[number], ...typeof sorted];
  const verb = first.mutation.kind === "assigned" ? "assigned" : "changed";
  const where = first.handler.label + alsoAt(first.place, others);
  const { name } = declaration;
  const message = `\`${name}\` is ${verb} in ${where} but ${FATE[rule]}`;
  return [{ ...first.place, rule, name, message, remedy: REMEDY[rule] }];
}

/** What remains without handles of timers: of those, the timer itself is the finding. */
function withoutTimers(declaration: Declaration, changes: readonly Change[]): readonly Change[] {
  const lasting = changes.filter(({ mutation }) => !putsTimer(mutation));
  const isHandle = holdsTimer(declaration) && lasting.every(({ mutation }) => isOfItself(mutation));
  if (isHandle) return [];
  // A list of handles alone is emptied too.
  const isList = lasting.length < changes.length;
  return isList && lasting.every(({ mutation }) => takesAway(mutation)) ? [] : lasting;
}

/** Where else: ` (also lines 41, 57, users.ts:3)`; empty if nowhere. */
function alsoAt(first: Place, others: readonly { readonly place: Place }[]): string {
  const near = others.filter(({ place }) => place.file === first.file && place.line !== first.line);
  const far = others.filter(({ place }) => place.file !== first.file);
  const lines = [...new Set(near.map(({ place }) => place.line))];
  const places = [
    ...(lines.length > 0 ? [`line${lines.length > 1 ? "s" : ""} ${lines.join(", ")}`] : []),
    ...new Set(far.map(({ place: { file, line } }) => `${file}:${line}`)),
  ];
  return places.length > 0 ? ` (also ${places.join(", ")})` : "";
}

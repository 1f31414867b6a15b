import ts from "typescript";
import type { Application, HandlerRun } from "../application";
import { classAround, classMade, firstValue } from "../classes";
import { isOwnData } from "../collections";
import { type Finding, placeOf } from "../findings";
import { type FieldChange, fieldChanges } from "../mutations";
import { enclosing } from "../syntax";
import { FATE, REMEDY } from "./fate";
import { putsTimer } from "./timers";

/** Fields of the application's own classes that handlers change, where the instance outlives the handler's run. */
export function checkFields(application: Application): Finding[] {
  const known = new Map<string, Finding>();
  for (const run of application.runs) {
    for (const node of run.reach.nodes) {
      for (const change of fieldChanges(node)) {
        const finding = judge(application, run, change);
        if (!finding) continue;
        // Each field is told of once.
        const key = `${finding.file} ${finding.name}`;
        if (!known.has(key)) known.set(key, finding);
      }
    }
  }
  return [...known.values()];
}

function judge(
  application: Application,
  { handler }: HandlerRun,
  change: FieldChange,
): Finding | undefined {
  const { mutation, field } = change;
  const owner = classAround(mutation.node);
  // A constructor makes a new instance.
  if (!owner || ts.isConstructorDeclaration(enclosing(mutation.node))) return undefined;
  const rule = lifeOf(application, owner);
  if (!rule || (rule === "socket-state" && handler.kind !== "listener")) return undefined;
  if (putsTimer(mutation) || isFill(mutation.node, field) || /cache|memo/i.test(field)) {
    return undefined;
  }
  if (!isOwn(owner, change)) return undefined;
  const name = `${owner.name?.text ?? "class"}.${field}`;
  const verb = mutation.kind === "assigned" ? "assigned" : "changed";
  const message = `\`${name}\` is ${verb} in ${handler.label} but ${FATE[rule]}`;
  return { ...placeOf(mutation.node), rule, name, message, remedy: REMEDY[rule] };
}

/** Whether instances belong to the module or to the connection handler; those of a listener end with it. */
function lifeOf(
  application: Application,
  owner: ts.ClassLikeDeclaration,
): "shared-state" | "socket-state" | undefined {
  const makers = application.project.nodes
    .filter((node) => classMade(application.project, node) === owner)
    .map(enclosing);
  // One that no `new` of the application makes is made by a package, or is not made: its static side is for all.
  if (makers.length === 0 || makers.some((fn) => !application.runsPerSocket(fn)))
    return "shared-state";
  const isOfSocket = makers.some(
    (fn) => !application.handlerAround(fn, ["listener", "middleware"]),
  );
  return isOfSocket ? "socket-state" : undefined;
}

function isOwn(owner: ts.ClassLikeDeclaration, { mutation, field }: FieldChange): boolean {
  if (mutation.kind === "assigned") return true;
  const first = firstValue(owner, field);
  return first !== undefined && isOwnData(first, mutation.path, mutation.kind === "called");
}

/** `if (!this.client) this.client = connect()`: the next container fills it in for itself. */
function isFill(node: ts.Node, field: string): boolean {
  const test = new RegExp(`!\\s*this\\.${field}\\b|this\\.${field}\\s*===?\\s*(null|undefined)`);
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at;
    if (!ts.isIfStatement(parent) || parent.thenStatement !== at) continue;
    if (test.test(parent.expression.getText())) return true;
  }
  return false;
}

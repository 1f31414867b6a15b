import ts from "typescript";
import { ENGINE_METHODS } from "../../src/locks";
import type { Roles } from "../closures/role";
import { LISTENS, methodCall } from "../closures/syntax";
import { type LockNode, writeOf } from "./syntax";

/** Locks at Engine.IO's server: `io.engine.use(…)`, `io.engine.on("connection", …)`, `io.engine.generateId = …`. */
export function engineLocks(node: ts.Node, roleOf: Roles): LockNode[] {
  const parts = methodCall(node);
  if (parts) {
    const { call, method, receiver } = parts;
    const what = call.expression.getText();
    if (method === "use" || isEngineMethod(method)) {
      if (roleOf(receiver) !== "engine") return [];
      return [{ node, lock: method === "use" ? "engine.use" : "engine's methods", what }];
    }
    if (!LISTENS.test(method) || !isConnection(call.arguments[0])) return [];
    if (roleOf(receiver) !== "engine") return [];
    return [{ node, lock: 'engine.on("connection")', what: `${what}("connection")` }];
  }
  const write = writeOf(node);
  if (!write || !isEngineMethod(write.name) || roleOf(write.object) !== "engine") return [];
  return [{ node, lock: "engine's methods", what: `${write.object.getText()}.${write.name}` }];
}

function isEngineMethod(name: string): boolean {
  return (ENGINE_METHODS as readonly string[]).includes(name);
}

function isConnection(event: ts.Expression | undefined): boolean {
  return event !== undefined && ts.isStringLiteralLike(event) && event.text === "connection";
}

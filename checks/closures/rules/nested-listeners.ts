import type { Application } from "../application";
import { type Finding, placeOf } from "../findings";

/** Listeners that another handler registers: the replay runs the connection handler alone. */
export function checkNestedListeners({ runs }: Application): Finding[] {
  const listeners = runs.flatMap(({ handler }) => (handler.kind === "listener" ? [handler] : []));
  return runs
    .filter(({ handler }) => handler.kind !== "connection")
    .flatMap(({ handler: outer, reach }) => {
      const nodes = new Set(reach.nodes);
      return listeners.flatMap(({ call, event, label }) => {
        if (!call || !nodes.has(call)) return [];
        return {
          ...placeOf(call),
          rule: "nested-listener" as const,
          name: event,
          message: `${label} is registered in ${outer.label} and is gone after the invocation`,
          remedy: "register it in the connection handler and keep a flag in socket.data",
        };
      });
    });
}

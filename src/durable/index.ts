import { Application } from "../names";
import type { StartMemory } from "../ports";
import { ApplicationMemory } from "./memory";
import { runtimeOf } from "./runtime";

/** Call before the bundle is evaluated. */
export const startMemory: StartMemory = (host) => {
  const memory = new ApplicationMemory(host);
  Object.assign(globalThis, { [Symbol.for(Application.memory)]: runtimeOf(memory.heap) });
  return memory;
};

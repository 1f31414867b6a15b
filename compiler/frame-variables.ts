import type { Accessed } from "./accessors";
import type { Frame } from "./frames";
import { canBeSet } from "./variables";

/** What a run of a scope has that closures capture. */
export function frameVariables({ variables }: Frame): Accessed[] {
  return variables.map((binding) => ({
    name: binding.name,
    expression: binding.name,
    isSettable: canBeSet(binding),
  }));
}

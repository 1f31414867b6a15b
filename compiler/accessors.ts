import type { Variable } from "./variables";

/** How the memory reads and sets the variables of one run: by place, since one function is cheaper than two for each. */
export function accessor(variables: readonly Accessed[]): string {
  if (variables.length === 0) return "()=>{}";
  const last = variables.length - 1;
  const cases = variables.map(({ expression, isSettable }, index) => {
    const value = isSettable ? `w?${expression}=v:${expression}` : expression;
    return index === last ? value : `k==${index}?${value}:`;
  });
  return `(k,w,v)=>${cases.join("")}`;
}

export type Accessed = Pick<Variable, "name" | "expression" | "isSettable">;

/**
 * Names never hold a space.
 *
 * @param line where the scope begins; of a module's variables, each has its own
 */
export function namesOf(
  variables: readonly (Accessed & Partial<Variable>)[],
  line?: number,
): string {
  const names = variables.map(
    ({ name, mark = "", hash = "", line: own }) =>
      `${mark}${name}${hash && `=${hash}`}${own ? `@${own}` : ""}`,
  );
  return [...(line === undefined ? [] : [`@${line}`]), ...names].join(" ");
}

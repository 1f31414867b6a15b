import type { Variable } from "./variables";

/** How the memory reads and sets the variables of one run: by place, since one function is cheaper than two for each. */
export function accessor(variables: readonly Accessed[]): string {
  if (variables.length === 0) return "()=>{}";
  const [place, writes, value] = parametersBeside(variables);
  const last = variables.length - 1;
  const cases = variables.map(({ expression, isSettable }, index) => {
    const access = isSettable ? `${writes}?${expression}=${value}:${expression}` : expression;
    return index === last ? access : `${place}==${index}?${access}:`;
  });
  return `(${place},${writes},${value})=>${cases.join("")}`;
}

/** Short names that hide none of the variables. */
function parametersBeside(variables: readonly Accessed[]): readonly string[] {
  const taken = new Set(variables.map(({ expression }) => /^[^.[]*/.exec(expression)?.[0]));
  return ["k", "w", "v"].map((letter) => {
    let name = letter;
    while (taken.has(name)) name = `$${name}`;
    return name;
  });
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

/**
 * Checks limits as an operator wrote them. This file imports nothing.
 *
 * @throws RangeError if a limit is invalid, naming it
 */
export function checkLimits(
  what: string,
  limits: Readonly<Record<string, unknown>>,
  known: object,
): void {
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known).join(", ");
      throw new RangeError(`Cannot limit ${what}: expected one of ${names}, got \`${name}\``);
    }
    if (!(typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`Cannot limit ${what}: expected ${name} above 0, got ${String(value)}`);
    }
  }
}

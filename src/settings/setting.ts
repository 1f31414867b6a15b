import type { FunctionName } from "../names";

/** A property of the construct that reaches the functions as a variable of their environment. */
export interface Setting<Value, Read = Value> {
  /** Name of the variable. */
  readonly variable: string;

  /** The functions that get the variable. */
  readonly readers: readonly FunctionName[];

  /**
   * Checks a value when the template is made, so that synth finds a mistake and not the first connection.
   *
   * @param value `undefined` where the property was not given
   * @returns the variable's text; `undefined` leaves the variable out
   * @throws TypeError or RangeError for an invalid value, naming the property
   */
  write(value: Value | undefined): string | undefined;

  /** @param text of the variable, as `write` made it */
  read(text: string | undefined): Read;

  /** @param text of `--context name=text` */
  parse(text: string): Value;
}

import type { Setting } from "./setting";

/** Reads a setting in a function. */
export function readSetting<Value, Read>(
  { variable, read }: Setting<Value, Read>,
  environment = process.env,
): Read {
  return read(environment[variable]);
}

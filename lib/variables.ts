import type { FunctionName } from "../src/names";
import type { SettingProps } from "../src/settings/props";
import type { Setting } from "../src/settings/setting";
import * as settings from "../src/settings/settings";

type Name = keyof SettingProps;
type Written<Value> = Pick<Setting<Value>, "variable" | "readers" | "write" | "parse">;

/** Each property that is a setting has an entry, and each entry a property: the compiler compares them. */
const entries: { readonly [K in Name]-?: Written<NonNullable<SettingProps[K]>> } & Record<
  Exclude<keyof typeof settings, Name>,
  never
> = settings;

const names = Object.keys(entries) as Name[];

/**
 * The variables by which a function gets the construct's properties.
 *
 * @throws TypeError or RangeError for an invalid property
 */
export function settingVariables(
  props: SettingProps,
  reader: FunctionName,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const name of names) {
    const { variable, readers, write } = entries[name] as Written<unknown>;
    const text = write(props[name]);
    if (text !== undefined && readers.includes(reader)) variables[variable] = text;
  }
  return variables;
}

/**
 * The settings that a command line gives.
 *
 * @param find the text of `--context name=text`; `undefined` where it is not given
 */
export function settingsFrom(find: (name: string) => unknown): SettingProps {
  const given: Partial<Record<Name, unknown>> = {};
  for (const name of names) {
    const value = find(name);
    // cdk.json holds values, a command line texts.
    if (value !== undefined) given[name] = typeof value === "string" ? parse(name, value) : value;
  }
  return given as SettingProps;
}

function parse(name: Name, text: string): unknown {
  try {
    return entries[name].parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TypeError(`Cannot read --context ${name}: expected JSON, got ${text}`);
  }
}

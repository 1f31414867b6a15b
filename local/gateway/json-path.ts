import { isObject, type Json } from "../json";

/** The part of JSONPath that templates use: `$`, `$.a.b`, `$['a']`, `$.list[0]`. */
export function selectJson(value: Json, path: string): Json | undefined {
  if (!/^\$(\.[\w-]+|\[\d+\]|\['[^']*'\]|\["[^"]*"\])*$/.test(path)) {
    throw new Error(`Cannot select ${path}: expected a path such as $.a.b[0]`);
  }
  let found: Json | undefined = value;
  for (const [, name, index, single, double] of path.matchAll(
    /\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g,
  )) {
    const key = name ?? single ?? double;
    if (index !== undefined) found = Array.isArray(found) ? found[Number(index)] : undefined;
    else found = isObject(found) && key !== undefined ? found[key] : undefined;
  }
  return found;
}

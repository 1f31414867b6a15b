/** The first place in a stack that is not of this bundle, nor of Node: `file:line:column`. */
export function ownPlace(stack = ""): string {
  const places = stack
    .split("\n")
    .slice(1)
    .map((line) => /\(?(?:file:\/\/)?([^\s()]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? "");
  return (
    places.find((place) => place && !place.startsWith(__filename) && !/^node:/.test(place)) ??
    "an unknown place"
  );
}

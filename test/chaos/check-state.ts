import type { State } from "./app";
import type { Said } from "./talker";

/** What one client has said over one connection has this name in the application's variables. */
const nameOf = ({ sender, socket, n }: Said) => `${sender}/${socket}/${n}`;

/**
 * The application's variables against what clients know: each change that was acknowledged is in all of them, once, or its
 * event is a dead letter; what one client has said over one connection is in its order.
 */
export function checkState(
  { said, noted, byRoom, changes }: State,
  acknowledged: readonly Said[],
  deadLetters: readonly string[],
): string[] {
  const known = new Set(said);
  const ofRooms = Object.values(byRoom).flat();
  const lost = acknowledged.filter((one) => !known.has(nameOf(one)) && !isDead(one, deadLetters));
  return [
    ...lost.map((one) => `not in the state: ${nameOf(one)}`),
    ...twice(said).map((name) => `in the state twice: ${name}`),
    ...twice(noted).map((name) => `a timer has fired twice: ${name}`),
    ...said.filter((name) => !noted.includes(name)).map((name) => `no timer has fired: ${name}`),
    ...noted.filter((name) => !known.has(name)).map((name) => `a timer of nothing: ${name}`),
    ...said.filter((name) => !ofRooms.includes(name)).map((name) => `not with its room: ${name}`),
    ...(changes === said.length ? [] : [`${said.length} changes were counted as ${changes}`]),
    ...misplaced(said).map((name) => `in the state before an earlier one: ${name}`),
  ];
}

/** Dead letters hold a frame in base64. */
function isDead({ sender, n }: Said, deadLetters: readonly string[]): boolean {
  return deadLetters.some((text) => {
    const { body = "" } = JSON.parse(text) as { readonly body?: string };
    const frame = Buffer.from(body, "base64").toString();
    return frame.includes(`"sender":"${sender}"`) && frame.includes(`"n":${n},`);
  });
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, place) => names.indexOf(name) !== place);
}

function misplaced(names: readonly string[]): string[] {
  const latest = new Map<string, number>();
  return names.filter((name) => {
    const [connection, n] = [name.slice(0, name.lastIndexOf("/")), Number(name.split("/").at(-1))];
    const before = latest.get(connection) ?? 0;
    latest.set(connection, Math.max(before, n));
    return n < before;
  });
}

import ts from "typescript";
import { placeOf } from "./closures/findings";
import { importedThing } from "./closures/imports";
import { readProject } from "./closures/project";

/** Options of `managedRooms`, each of which says who may enter. */
const ANSWERS = ["tokens", "authorize", "access"];

/**
 * Places where an application manages rooms without saying who may enter: `file:line:column` of each
 * call of `managedRooms`. Options that are not written out at the call are not judged here, but when
 * the application loads.
 *
 * @throws Error if there is no such file
 */
export function findOpenRooms(entry: string): string[] {
  const { calls, follow } = readProject(entry);
  return calls
    .filter(({ expression }) => importedThing(expression)?.name === "managedRooms")
    .filter((call) => isSilent(call.arguments[1] && follow(call.arguments[1]), call))
    .map((call) => placeOf(call))
    .map(({ file, line, column }) => `${file}:${line}:${column}`);
}

function isSilent(options: ts.Node | undefined, call: ts.CallExpression): boolean {
  if (call.arguments.length < 2) return true;
  if (!options || !ts.isObjectLiteralExpression(options)) return false;
  return !options.properties.some(
    (property) => ts.isSpreadAssignment(property) || ANSWERS.includes(nameOf(property)),
  );
}

function nameOf({ name }: ts.ObjectLiteralElementLike): string {
  return name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) ? name.text : "";
}

/** What to do about such places, as text for a person. */
export function describeOpenRooms(places: readonly string[]): string {
  return `Cannot deploy managed rooms that do not say who may enter (${places.join(", ")}). Either
  check tokens     managedRooms(namespace, { tokens: jwtAuth({ issuer, audience }) })
  or let all in    managedRooms(namespace, { access: "open" })`;
}

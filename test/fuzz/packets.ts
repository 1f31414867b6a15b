import type { Random } from "./random";
import { objectText, placeholder, scalarText, stringText, valueText } from "./values";
import {
  EVENTS,
  MANAGED,
  NAMESPACES,
  NUMBERS,
  ODD_EVENTS,
  ODD_NAMESPACES,
  ODD_ROOMS,
  ROOMS,
} from "./words";

/** Frames of clients, by the grammar of their protocol. Most are valid, some are not. */

export type Dialect = "default" | "single" | "json";

/** One packet: its frame, and those of its attachments. */
export function packet(random: Random, dialect: Dialect): string[] {
  if (dialect === "json") return [action(random)];
  return dialect === "single" ? [single(random)] : standard(random);
}

/** A packet that joins a namespace. */
export function connect(random: Random, dialect: Dialect, namespace: string): string {
  const auth = random.chance(0.4) ? authText(random) : "";
  if (dialect === "json") {
    const fields = [`"action":"connect"`, `"namespace":${JSON.stringify(namespace)}`];
    if (auth) fields.push(`"auth":${auth}`);
    if (random.chance(0.2)) fields.push(`"recover":{"pid":"{{pid:a}}","offset":"{{offset:a}}"}`);
    if (random.chance(0.5)) fields.push(`"id":1`);
    return `{${fields.join()}}`;
  }
  return `40${dialect === "single" ? "~" : ""}${prefixOf(namespace)}${auth}`;
}

function authText(random: Random): string {
  return random.weighted<string>([
    [3, () => `{"pass":"word"}`],
    [2, () => `{"pid":"{{pid:${random.pick(["a", "b"])}}}","offset":"{{offset:a}}"}`],
    [2, () => `{"__proto__":{"isOwner":true,"key":1},"no":${scalarText(random)}}`],
    [1, () => `{"boom":1}`],
    [4, () => objectText(random, 2)],
  ]);
}

export function anyNamespace(random: Random): string {
  return random.chance(0.92) ? random.pick(NAMESPACES) : random.pick(ODD_NAMESPACES);
}

function prefixOf(namespace: string): string {
  return namespace === "/" ? "" : `${namespace},`;
}

function standard(random: Random): string[] {
  return random.weighted<string[]>([
    [3, () => [connect(random, "default", anyNamespace(random))]],
    [1, () => [`41${prefixOf(anyNamespace(random))}${random.chance(0.1) ? "{}" : ""}`]],
    [14, () => [`42${body(random)}`]],
    [2, () => [`43${answer(random)}`]],
    [0.5, () => [`44${valueText(random, 1)}`]],
    [4, () => withAttachments(random)],
    [1, () => [engineFrame(random)]],
  ]);
}

function single(random: Random): string {
  return random.weighted<string>([
    [3, () => connect(random, "single", anyNamespace(random))],
    [1, () => `41~${prefixOf(anyNamespace(random))}`],
    [14, () => `42~${body(random)}`],
    [2, () => `43~${answer(random)}`],
    [1, () => `4${random.below(10)}~${body(random)}`],
    [1, () => engineFrame(random)],
  ]);
}

function engineFrame(random: Random): string {
  return random.weighted<string>([
    [2, () => `${random.below(8)}`],
    [1, () => `${random.below(8)}probe`],
    [2, () => `b${Buffer.from(random.pick(["", "\x01\x02", "x".repeat(99)])).toString("base64")}`],
    [1, () => `4${random.below(10)}`],
    [1, () => random.pick(["", " ", "4", "\ufeff40", "b", "b*", "{}", "[]", '{"action":"ping"}'])],
  ]);
}

function ackId(random: Random): string {
  return random.chance(0.85) ? String(random.below(100)) : random.pick(NUMBERS);
}

/** Namespace, ack id and an event with its arguments. */
function body(random: Random): string {
  const id = random.chance(0.5) ? ackId(random) : "";
  return `${prefixOf(anyNamespace(random))}${id}${eventText(random)}`;
}

function eventText(random: Random): string {
  return random.weighted<string>([
    [9, () => `["${random.pick(EVENTS)}"${argumentsText(random)}]`],
    [6, () => `["rooms:${random.pick(MANAGED)}",${requestText(random)}]`],
    [2, () => `[${JSON.stringify(random.pick(ODD_EVENTS))}${argumentsText(random)}]`],
    [1, () => `[${valueText(random, 1)}${argumentsText(random)}]`],
    [0.5, () => valueText(random, 1)],
  ]);
}

function argumentsText(random: Random): string {
  return Array.from({ length: random.below(4) }, () => `,${valueText(random)}`).join("");
}

function answer(random: Random): string {
  const id = random.chance(0.6) ? "{{ack:a}}" : ackId(random);
  return `${prefixOf(anyNamespace(random))}${id}[${valueText(random)}]`;
}

/** A binary packet; its attachments may be too many, too few or not bytes. */
function withAttachments(random: Random): string[] {
  const count = random.chance(0.9) ? 1 + random.below(3) : random.below(12);
  const said = random.chance(0.85)
    ? String(count)
    : random.pick([...NUMBERS, "", "-1", "10", "11"]);
  const type = random.chance(0.8) ? 5 : 6;
  const args = Array.from({ length: count }, (_, num) =>
    random.chance(0.8) ? `{"_placeholder":true,"num":${num}}` : placeholder(random),
  );
  if (random.chance(0.1)) args.reverse();
  const event = type === 6 ? "" : `"${random.pick(EVENTS)}",`;
  const id = type === 6 || random.chance(0.5) ? ackId(random) : "";
  const text = `4${type}${said}-${prefixOf(anyNamespace(random))}${id}[${event}${args.join()}]`;
  const sent = random.chance(0.85) ? count : random.below(5);
  const attachments = Array.from({ length: sent }, () =>
    random.chance(0.9)
      ? `b${random.pick(["AQID", "", "/w==", "AAAA".repeat(50)])}`
      : engineFrame(random),
  );
  if (random.chance(0.08)) attachments.splice(random.below(3), 0, `42${body(random)}`);
  return [text, ...attachments];
}

/** The fields of a managed request. */
function requestFields(random: Random): string[] {
  const room = () =>
    random.weighted<string>([
      [6, () => JSON.stringify(random.pick(ROOMS))],
      [2, () => JSON.stringify(random.pick(ODD_ROOMS))],
      [1, () => valueText(random, 1)],
    ]);
  const fields = [`"room":${room()}`];
  if (random.chance(0.6)) fields.push(`"event":${eventName(random)}`);
  if (random.chance(0.6)) fields.push(`"args":[${valueText(random)}]`);
  if (random.chance(0.3))
    fields.push(`"scope":${random.pick(['"room"', '"others"', '"self"', "1"])}`);
  if (random.chance(0.2)) fields.push(`"count":${random.pick(["true", "false", "1"])}`);
  if (random.chance(0.2)) fields.push(`"limit":${scalarText(random)}`);
  if (random.chance(0.2)) fields.push(`"after":${stringText(random)}`);
  if (random.chance(0.1)) fields.push(`"token":${stringText(random)}`);
  if (random.chance(0.1)) fields.push(`"__proto__":${valueText(random, 1)}`);
  return fields;
}

function requestText(random: Random): string {
  return random.chance(0.9) ? `{${requestFields(random).join()}}` : valueText(random, 2);
}

function eventName(random: Random): string {
  return random.chance(0.7) ? '"message"' : JSON.stringify(random.pick([...EVENTS, ...ODD_EVENTS]));
}

const ACTIONS = [
  "connect",
  "disconnect",
  "emit",
  "emit",
  "emit",
  "ack",
  "ping",
  ...MANAGED,
] as const;

function action(random: Random): string {
  if (random.chance(0.03)) return valueText(random);
  const name = random.chance(0.95) ? random.pick(ACTIONS) : random.pick(ODD_EVENTS);
  const fields = [`"action":${JSON.stringify(name)}`];
  if (random.chance(0.6)) fields.push(`"namespace":${JSON.stringify(anyNamespace(random))}`);
  if (random.chance(0.6))
    fields.push(`"id":${random.chance(0.8) ? random.below(9) : valueText(random, 1)}`);
  fields.push(...fieldsOf(name, random));
  // The first field may come again, and another way round.
  if (random.chance(0.05)) fields.reverse();
  if (random.chance(0.05)) fields.push(random.pick(fields));
  return `{${fields.join()}}`;
}

function fieldsOf(name: string, random: Random): string[] {
  switch (name) {
    case "connect":
      return [
        ...(random.chance(0.5) ? [`"auth":${authText(random)}`] : []),
        ...(random.chance(0.3) ? [`"recover":{"pid":"{{pid:b}}","offset":"{{offset:a}}"}`] : []),
      ];
    case "emit":
      return [
        `"event":${random.chance(0.8) ? `"${random.pick(EVENTS)}"` : eventName(random)}`,
        `"args":[${[valueText(random), valueText(random, 1)].slice(random.below(2)).join()}]`,
      ];
    case "ack":
      return [`"ack":${random.chance(0.6) ? "{{ack:a}}" : scalarText(random)}`, `"args":[1]`];
    default:
      return requestFields(random);
  }
}

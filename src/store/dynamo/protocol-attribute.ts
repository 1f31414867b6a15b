import type { ProtocolId } from "../../ports";

/** How the table abbreviates the ids of protocols, to keep memberships small; any other id stands for itself. */
const ABBREVIATIONS: Readonly<Record<ProtocolId, string | undefined>> = {
  "socket.io": undefined,
  single: "s",
  json: "j",
};

export function protocolAttribute(protocol: ProtocolId): { t?: string } {
  const t = Object.hasOwn(ABBREVIATIONS, protocol) ? ABBREVIATIONS[protocol] : protocol;
  return t === undefined ? {} : { t };
}

export function protocolOf(t: unknown): ProtocolId {
  const known = Object.entries(ABBREVIATIONS).find(([, short]) => short === t);
  return known?.[0] ?? String(t);
}

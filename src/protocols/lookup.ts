import type { ProtocolId } from "../ports";

export interface Lookup<T> {
  /** Throws if no protocol has this id: a newer version may have stored it. */
  get(id: ProtocolId): T;
  find(id: ProtocolId): T | undefined;
}

export function createLookup<T extends { readonly id: ProtocolId }>(all: readonly T[]): Lookup<T> {
  const byId = new Map(all.map((protocol) => [protocol.id, protocol]));
  return {
    find: (id) => byId.get(id),
    get(id) {
      const protocol = byId.get(id);
      if (protocol) return protocol;
      const known = [...byId.keys()].join(", ");
      throw new RangeError(`Cannot speak a protocol: expected one of ${known}, got ${id}`);
    },
  };
}

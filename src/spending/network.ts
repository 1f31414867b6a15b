import { isIPv6 } from "node:net";

/**
 * Whose traffic is counted together: an IPv4 address, or the /64 of an IPv6 address, of which every customer of a
 * provider has as many addresses as it likes. https://www.rfc-editor.org/rfc/rfc6177
 *
 * @returns `undefined` for an address of this machine, where all clients of the local stack are
 */
export function networkOf(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (plain === "" || plain === "::1" || plain.startsWith("127.")) return undefined;
  if (!isIPv6(plain)) return plain;
  const [head = "", tail = ""] = plain.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  const groups = plain.includes("::") ? [...before, ...zeros, ...after] : before;
  const prefix = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${prefix.join(":")}::/64`;
}

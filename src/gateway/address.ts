import { isIP } from "node:net";

/** CloudFront writes the port behind the address, also behind IPv6, where it looks like one more group. */
const WITH_PORT = "cloudfront-viewer-address";

export interface AddressedEvent {
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly requestContext: { readonly identity?: { readonly sourceIp?: string } | null };
}

/**
 * Where a client is: what API Gateway has seen, or what the proxy before it says.
 *
 * @param header of a proxy, in lower case; absent where clients reach API Gateway themselves. Without an
 *   address in it, the proxy's own address counts.
 */
export function addressOf(
  { headers, requestContext }: AddressedEvent,
  header: string | undefined,
): string {
  const seen = requestContext.identity?.sourceIp ?? "";
  if (header === undefined) return seen;
  const [, value = ""] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === header) ?? [];
  const plain = header === WITH_PORT ? value.replace(/:\d+$/, "") : value;
  const address = plain.trim().replace(/^\[(.*)\]$/, "$1");
  return isIP(address) ? address : seen;
}

import { isIP } from "node:net";

/** What `--host` opens, for the operator who asked for it; `undefined` where only this machine connects. */
export function describeExposure(host: string | undefined, port: number): string | undefined {
  if (host === undefined || isLoopback(host)) return undefined;
  return [
    `Warning: --host ${host} opens port ${port} to the network, without TLS. Any client that reaches`,
    "it can connect, and rooms are open: this stack also runs managed rooms that do not say who may enter.",
  ].join("\n");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

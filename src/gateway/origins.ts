/**
 * Which web origins may connect: scheme, host and port as browsers send them, or with `*.` before the host for
 * its subdomains (`https://*.example.com`); `*` alone for all.
 */
export function readOrigins(text: string | undefined): (origin: string) => boolean {
  if (!text || text === "*") return () => true;
  const patterns = text.split(" ").map(expressionOf);
  return (origin) => patterns.some((pattern) => pattern.test(origin));
}

function expressionOf(pattern: string): RegExp {
  const source = pattern.split("*.").map(literally).join("([a-z0-9-]+\\.)+");
  return new RegExp(`^${source}$`, "i");
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

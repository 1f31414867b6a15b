/**
 * @param origins scheme, host and port; `["*"]` for all, said in so many words
 * @throws TypeError for an invalid origin
 */
export function writeOrigins(origins: readonly string[]): string {
  if (origins.length === 1 && origins[0] === "*") return "*";
  for (const origin of origins) {
    if (/^[a-z][a-z0-9+.-]*:\/\/(\*\.)?[^\s/*]+$/i.test(origin)) continue;
    throw new TypeError(
      `Cannot check origins: expected one like "https://example.com" or "https://*.example.com", got ${JSON.stringify(origin)}`,
    );
  }
  // An empty list is a list too: then no browser connects.
  return origins.join(" ") || "none";
}

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

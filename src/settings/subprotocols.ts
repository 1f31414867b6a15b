/** https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Whether a text can be the name of a subprotocol. */
export function isSubprotocol(name: string): boolean {
  return TOKEN.test(name);
}

/** @throws TypeError for a list that accepts nothing, and for an invalid name */
export function writeSubprotocols(names: readonly string[]): string {
  const wrong = names.find((name) => !isSubprotocol(name));
  if (wrong === undefined && names.length > 0) return names.join(" ");
  throw new TypeError(
    `Cannot accept subprotocols: expected names like "chat.v1", got ${JSON.stringify(wrong ?? names)}`,
  );
}

/**
 * Which subprotocols are accepted.
 *
 * @param text names, separated by spaces; absent for all
 */
export function readSubprotocols(text: string | undefined): (name: string) => boolean {
  if (!text) return () => true;
  const names = new Set(text.split(" "));
  return (name) => names.has(name);
}

import { createHash, timingSafeEqual } from "node:crypto";

/** Whether a text is a secret, in a time that says nothing of either. */
export function isSameSecret(given: string | undefined, secret: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given ?? ""), hash(secret));
}

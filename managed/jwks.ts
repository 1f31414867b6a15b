import { FetchError } from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";

const FETCH_MS = 3000;

/**
 * Keys of an issuer, fetched at the first token and again when a token names a key that is not among
 * them, which is how issuers rotate. Kept for as long as the container lives.
 */
export function createJwksCache(): SimpleJwksCache {
  return new SimpleJwksCache({ fetcher: { fetch: fetchKeys } });
}

async function fetchKeys(uri: string): Promise<ArrayBuffer> {
  try {
    const answer = await fetch(uri, { redirect: "error", signal: AbortSignal.timeout(FETCH_MS) });
    if (answer.ok) return await answer.arrayBuffer();
    throw new Error(`expected 200, got ${answer.status}`);
  } catch (error) {
    throw new FetchError(uri, (error as Error).message);
  }
}

/** @throws TypeError unless keys travel encrypted, or on this machine. */
export function checkJwksUri(uri: string): void {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol === "https:") return;
  if (url?.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname)) return;
  throw new TypeError(`Cannot check tokens: expected keys at an https URL, got ${uri}`);
}

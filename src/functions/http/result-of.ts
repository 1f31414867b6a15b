import { isUtf8 } from "node:buffer";
import type { Answer, HttpResult } from "./events";

/** Largest response of an invocation. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 6_291_556;
const LIMIT = "a function answers with at most 6 MB of text or 4.5 MB of bytes";
/** Six bytes are the most that JSON makes of one. */
const SURELY_FITS = 1_000_000;

/** Of one connection, which ends in this process; the function URL writes a date of its own. */
const NOT_PASSED_ON =
  /^(connection|keep-alive|proxy-connection|transfer-encoding|trailer|upgrade|date)$/;

/** Thrown for an answer that no invocation can return. */
export class TooLarge extends Error {}

/**
 * An answer as the function URL takes it.
 *
 * @throws TooLarge for one that no invocation can return
 */
export function resultOf(answer: Answer, method: string): HttpResult {
  const { headers, cookies } = headersOf(answer, hasBody(answer, method));
  const { body, isBase64Encoded } = bodyOf(answer.body, headers);
  const result = {
    statusCode: answer.status,
    headers,
    ...(cookies.length > 0 && { cookies }),
    body,
    isBase64Encoded,
  };
  checkSize(result, answer.body.length);
  return result;
}

/** A plain message of this project's own. */
export function plainResult(statusCode: number, message: string): HttpResult {
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return { statusCode, headers, body: `${message}\n`, isBase64Encoded: false };
}

function hasBody({ status }: Answer, method: string): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304;
}

function headersOf({ rawHeaders }: Answer, hasBody: boolean) {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    const value = rawHeaders[at + 1] as string;
    if (name === "set-cookie") cookies.push(value);
    else if (!NOT_PASSED_ON.test(name) && !(hasBody && name === "content-length")) {
      headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
    }
  }
  return { headers, cookies };
}

/** As text if it is some, which is a quarter shorter and readable in logs; all other bytes in base64. */
function bodyOf(bytes: Buffer, headers: Readonly<Record<string, string>>) {
  const isText = headers["content-encoding"] === undefined && isUtf8(bytes);
  return isText
    ? { body: bytes.toString("utf8"), isBase64Encoded: false }
    : { body: bytes.toString("base64"), isBase64Encoded: true };
}

function checkSize(result: HttpResult, bytes: number): void {
  if (bytes < SURELY_FITS || Buffer.byteLength(JSON.stringify(result)) <= MOST_BYTES) return;
  throw new TooLarge(
    `Cannot send an answer of ${(bytes / 1e6).toFixed(1)} MB: ${LIMIT}; let the client fetch a large file from S3`,
  );
}

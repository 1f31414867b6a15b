import { randomBytes } from "node:crypto";

/**
 * An id as API Gateway makes them for connections, messages and requests: 11 bytes in base64url with its
 * padding, 16 characters that end in "=" and may hold "-" and "_".
 */
export function createId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}

/** Whether a text can be a connection id. */
export function isConnectionId(text: string): boolean {
  return /^[A-Za-z0-9_-]{15}=$/.test(text);
}

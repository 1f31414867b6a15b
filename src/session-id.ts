import { createHash } from "node:crypto";

/**
 * What stands for a private id in the table: who reads a session's key, or the mark on a membership, cannot come back
 * with it. Private ids are random, so a plain hash is enough.
 */
export function sessionIdOf(pid: string): string {
  return createHash("sha256").update(pid).digest("base64url").slice(0, 32);
}

/** Private ids are made by Socket.IO and have 20 characters. Before they were hashed, they were keys themselves. */
const PRIVATE_ID = /^[\w-]{20}$/;

/** The key of a session that was kept before private ids were hashed. A hash has another length, so none fits. */
export function oldSessionIdOf(pid: string): string | undefined {
  return PRIVATE_ID.test(pid) ? pid : undefined;
}

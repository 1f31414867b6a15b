import { Server as HttpServer } from "node:http";
import { Server as HttpsServer } from "node:https";
import { Server as NetServer } from "node:net";

/** Of what functions change for good: Node's own classes are the same for all test files of one worker. */
const CHANGED = [
  "listen",
  "_listen2",
  "on",
  "addListener",
  "prependListener",
  "removeListener",
  "off",
];

/** Puts the methods of Node's servers back after the tests of a file. Call before anything changes them. */
export function restoreServers(): void {
  const before = [NetServer, HttpServer, HttpsServer].map(({ prototype }) => ({
    prototype: prototype as unknown as Record<string, unknown>,
    own: CHANGED.map((name) => [name, Object.getOwnPropertyDescriptor(prototype, name)] as const),
  }));
  afterAll(() => {
    for (const { prototype, own } of before) {
      for (const [name, descriptor] of own) {
        if (descriptor) Object.defineProperty(prototype, name, descriptor);
        else delete prototype[name];
      }
    }
  });
}

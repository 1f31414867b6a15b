/**
 * Whether an application answers HTTP requests, as far as its source shows.
 *
 * @throws Error if there is no such file
 */
export function servesHttp(entry: string): boolean {
  // Loaded here: the compiler takes a quarter of a second, and only who synthesizes needs it.
  const { findHttp } = require("../checks/http") as typeof import("../checks/http");
  return findHttp(entry).serves;
}

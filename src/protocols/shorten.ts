/** For the log: what a client sends in place of what is expected may be anything. */
export function shorten(value: string | undefined): string {
  return value === undefined ? "nothing" : value.slice(0, 60);
}

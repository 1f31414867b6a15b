import type { RawClient, Side, SideOptions } from "./side";

/** Connection state recovery as a client does it. */

export const recovery: SideOptions = { server: { connectionStateRecovery: {} } };

export interface Reply {
  readonly sid: string;
  readonly pid: string;
}

/** What a client keeps for its next connection. */
export interface Kept extends Reply {
  readonly client: RawClient;
}

/** What a client gets that comes back: its reply, and the events before it and after it. */
export interface Resumed extends Kept {
  readonly missed: readonly unknown[];
  readonly later: readonly unknown[];
  readonly offset: string;
}

/** A client in the main namespace, with nothing left to take. */
export async function enter(side: Side): Promise<Kept> {
  const client = await side.open();
  await client.send("40");
  const [reply] = client.take().filter((frame) => frame.startsWith("40"));
  return { client, ...JSON.parse((reply as string).slice(2)) };
}

/** The offset of the last event that came, and the events without theirs. */
export function hear(client: RawClient): { events: unknown[][]; offset: string } {
  const events = client.events() as unknown[][];
  return { events: events.map((event) => event.slice(0, -1)), offset: `${events.at(-1)?.at(-1)}` };
}

/** Connects anew with what a client has kept. */
export async function resume(side: Side, pid: string, offset: string): Promise<Resumed> {
  const client = await side.open();
  await client.send(`40${JSON.stringify({ pid, offset })}`);
  const frames = client.take();
  const place = frames.findIndex((frame) => frame.startsWith("40"));
  const read = (part: string[]) =>
    part.map((frame) =>
      frame.startsWith("42") ? (JSON.parse(frame.slice(2)) as unknown[]).slice(0, -1) : frame,
    );
  return {
    client,
    missed: read(frames.slice(0, place)),
    later: read(frames.slice(place + 1)),
    offset: lastOffset(frames),
    ...JSON.parse((frames[place] as string).slice(2)),
  };
}

function lastOffset(frames: readonly string[]): string {
  const last = frames.findLast((frame) => frame.startsWith("42"));
  return last ? JSON.parse(last.slice(2)).at(-1) : "";
}

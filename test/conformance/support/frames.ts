import type { Answer } from "./side";

/** The id in the reply to a CONNECT, if there is one among the frames. */
export function idIn(frames: readonly string[], namespace: string): string {
  const prefix = `40${namespace === "/" ? "" : `${namespace},`}{`;
  const reply = frames.findLast((frame) => frame.startsWith(prefix));
  return reply ? JSON.parse(reply.slice(prefix.length - 1)).sid : "";
}

/** The CONNECT packet of a namespace. */
export function connectFrame(namespace: string, auth?: object): string {
  return `40${namespace === "/" ? "" : `${namespace},`}${auth ? JSON.stringify(auth) : ""}`;
}

/** The frame that answers a frame, if it asks for an ack and the client answers. */
export function answerTo(frame: string, answer: Answer): string | undefined {
  const [, namespace, ackId, json] = /^42(\/[^,]*,)?(\d+)(\[.*)$/.exec(frame) ?? [];
  if (ackId === undefined || json === undefined) return undefined;
  const [event, ...args] = JSON.parse(json);
  const values = answer(event, ...args);
  return values && `43${namespace ?? ""}${ackId}${JSON.stringify(values)}`;
}

export function eventsIn(frames: readonly string[]): unknown[] {
  return frames
    .filter((frame) => frame.startsWith("42["))
    .map((frame) => JSON.parse(frame.slice(2)));
}

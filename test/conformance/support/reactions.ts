import type { Application, RawClient, Side } from "./side";

/** Notes how sockets fail and end; has two namespaces. */
export const observed: Application = (io, note) => {
  for (const name of ["/", "/chat"]) {
    io.of(name).on("connection", (socket) => {
      socket.on("error", (error) => note("error", error.message));
      socket.on("disconnect", (reason) => note(name, reason));
    });
  }
};

export type Connect = (side: Side) => Promise<RawClient>;
export const unjoined: Connect = (side) => side.open();
export const joined: Connect = (side) => side.connect();

/** Sends frames, one batch each, and tells whether the connection is still open and what was seen. */
export async function react(side: Side, connect: Connect, ...frames: string[]) {
  side.noted.length = 0;
  const client = await connect(side);
  for (const frame of frames) if (client.isOpen) await client.send(frame);
  return { isOpen: client.isOpen, noted: [...side.noted] };
}

/** The reactions that most cases expect. */
export const forced = { isOpen: false, noted: [["/", "forced close"]] };
export const closed = { isOpen: false, noted: [] };
export const stays = { isOpen: true, noted: [] };

export const attachment = "bAQ==";
/** Stand-ins for attachments, by their places. */
export const placeholders = (count: number) =>
  Array.from({ length: count }, (_, num) => `{"_placeholder":true,"num":${num}}`).join();

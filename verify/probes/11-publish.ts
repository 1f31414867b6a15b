import { roomsFrom } from "../../emitter";
import { Client } from "../../emitter/client";
import { within } from "../clients";
import { finding, needsAws, type Probe } from "../probe";

/** Slash and percent sign: Lambda does not say whether `rawPath` is decoded. */
const ROOM = "a/b%";

export const publish: Probe = {
  number: 11,
  title: "the publish URL",
  does: `publishes by body and by path to the room ${ROOM}; unsigned; without lambda:InvokeFunction`,
  expected: "delivered; 403; 403",
  minutes: 1,
  usd: 0,
  async run({ platform: { control }, deployment: { publisher }, clients }) {
    const socket = await clients.stock();
    await socket.emitWithAck("join", ROOM);
    const heard = new Promise((resolve) => socket.once("published", resolve));
    const rooms = roomsFrom(publisher);
    const receipt = await rooms.to(ROOM).emit("published", "é😀");
    const text = await within("the published event", heard);
    const path = `/rooms/%2F/${encodeURIComponent(ROOM)}`;
    const room = await new Client(publisher, {}).request<{ count: number }>("GET", path);
    const { status: unsigned } = await fetch(publisher.ROOMS_URL ?? "", { method: "POST" });
    const restricted = control && (await statusOf(await control.restrictedPublisher()));
    return finding(
      { receipt, text, room, unsigned, restricted },
      {
        "a body of text delivered": receipt.delivered === 1 && text === "é😀",
        "the room found by its path": room.count === 1,
        "unsigned refused": unsigned === 403,
        ...(control && { "refused without lambda:InvokeFunction": restricted === 403 }),
      },
      control ? [] : needsAws("a role without lambda:InvokeFunction"),
    );
  },
};

/** The status with which a publisher is answered. */
async function statusOf(publisher: Parameters<typeof roomsFrom>[0]): Promise<number> {
  try {
    await roomsFrom(publisher).to(ROOM).emit("published", "must not arrive");
    return 200;
  } catch (error) {
    return (error as { status?: number }).status ?? 0;
  }
}

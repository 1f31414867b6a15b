import { roomsFrom } from "@lambda-rooms/emitter";

/** Another part of the shop calls this function when a parcel has left. */
export async function handler({ order }: { order: string }) {
  const receipt = await roomsFrom(process.env).to(`order.${order}`).emit("shipped", order);
  return { notified: receipt.delivered };
}

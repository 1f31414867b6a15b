import { roomsFrom } from "@lambda-rooms/emitter";

/** Tells the room how many read the news, and says in the log whom it reached. */
export async function handler() {
  const io = roomsFrom(process.env);
  const readers = (await io.countRooms()).get("news") ?? 0;
  const receipt = await io.to("news").emit("headline", `${readers} read the news now`);
  console.log(JSON.stringify(receipt));
}

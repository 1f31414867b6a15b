import type { Socket } from "socket.io-client";
import { assembly, TestStack, waitFor } from "../support/clients";
import { VirtualClock } from "../support/virtual-clock";

/**
 * Connection state recovery with the stock client, which reconnects by itself: whatever ends the
 * connection, the application's room goes on as if nothing had been.
 */

let stack: TestStack | undefined;
afterEach(() => stack?.close());

type Timings = NonNullable<Parameters<typeof TestStack.start>[1]>["timings"];

/** A member of room `r` that writes down all that it hears, and a speaker. */
async function start(timings: Timings = {}) {
  stack = await TestStack.start(assembly("ASSEMBLY_OF_RECOVERY"), { timings });
  const options = { reconnectionDelay: 50, randomizationFactor: 0 };
  const member = await stack.connect("/", options);
  const speaker = await stack.connect("/", options);
  await member.emitWithAck("enter", "r");
  const heard: unknown[] = [];
  member.on("connect", () => heard.push(["connect", member.recovered]));
  member.on("news", (text) => heard.push(text));
  return { stack, member, speaker, heard };
}

/** Speaks while the member is away, and once more when it is back. */
async function speakMeanwhile(member: Socket, speaker: Socket, lose: () => void, heard: unknown[]) {
  const { id } = member;
  for (const text of ["1", "2"]) speaker.emit("say", "r", text);
  await waitFor(() => heard.length === 2);
  lose();
  for (const text of ["3", "4", "5"]) speaker.emit("say", "r", text);
  await waitFor(() => heard.some((it) => Array.isArray(it)));
  speaker.emit("say", "r", "6");
  await waitFor(() => heard.length >= 7);
  expect(heard.filter((it) => typeof it === "string")).toEqual(["1", "2", "3", "4", "5", "6"]);
  expect(heard.filter((it) => Array.isArray(it))).toEqual([["connect", true]]);
  expect(member.id).toBe(id);
  const [shownId, rooms, data] = await new Promise<unknown[]>((resolve) =>
    member.emit("show", (...shown: unknown[]) => resolve(shown)),
  );
  expect(shownId).toBe(id);
  expect(rooms).toEqual(expect.arrayContaining([id, "r"]));
  expect(data).toEqual({ entered: "r" });
}

test("goes on after the connection was lost", async () => {
  const { member, speaker, heard } = await start();
  await speakMeanwhile(member, speaker, () => member.io.engine.close(), heard);
});

test("goes on although $disconnect never came and the old connection looks alive", async () => {
  const { stack, member, speaker, heard } = await start();
  const lose = () => {
    stack.stack.silence(member.io.engine.id as string);
    member.io.engine.close();
  };
  await speakMeanwhile(member, speaker, lose, heard);
});

test("goes on after API Gateway's cut of an old connection", async () => {
  const clock = new VirtualClock();
  // Short, so that what passes is nothing to queues and schedules.
  const { stack, heard } = await start({ clock, durationMs: 3000, idleCheckMs: 100 });
  clock.advance(2000);
  // Younger, so that its own connection stays when the member's is cut.
  const speaker = await stack.connect();
  const sent: string[] = [];
  const isBack = () => heard.some((it) => Array.isArray(it));
  while (!isBack() || sent.length < 50) {
    sent.push(`${sent.length}`);
    speaker.emit("say", "r", sent.at(-1));
    if (sent.length === 20) clock.advance(1200);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await waitFor(() => heard.filter((it) => typeof it === "string").length >= sent.length);
  expect(heard.filter((it) => typeof it === "string")).toEqual(sent);
  expect(heard.filter((it) => Array.isArray(it))).toEqual([["connect", true]]);
});

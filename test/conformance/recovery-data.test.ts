import { both } from "./support/both";
import { enter, hear, recovery, resume } from "./support/recovering";

both(
  "what a listener for the end writes to socket.data is recovered",
  (io) => {
    io.on("connection", (socket) => {
      if (socket.recovered) socket.emit("recovered", socket.data);
      socket.on("say", () => io.emit("said"));
      socket.on("disconnecting", () => {
        socket.data.leaving = true;
      });
      socket.on("disconnect", (reason) => {
        socket.data.left = reason;
      });
    });
  },
  async (side) => {
    const { client, pid } = await enter(side);
    await client.emit("say");
    const { offset } = hear(client);
    await client.leave();
    const back = await resume(side, pid, offset);
    expect(back.later).toEqual([
      ["recovered", { leaving: true, left: expect.stringMatching(/^transport/) }],
    ]);
  },
  recovery,
);

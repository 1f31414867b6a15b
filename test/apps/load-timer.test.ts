import { install, playHere, uninstall } from "./play";

afterAll(uninstall);

test("the copy of the application that only takes acks does nothing by itself", async () => {
  const { heard, result } = await playHere(
    install("load-timer"),
    async (client) => {
      client.answers("question", () => "yes");
      const answers = [];
      for (let ticks = 1; ticks <= 4; ticks++) {
        // Each ack thaws the container of its lane.
        answers.push(await client.ask("ask"));
        await client.hears("tick", ticks);
      }
      return answers;
    },
    { freshContainers: false },
  );
  expect(result).toEqual(Array(4).fill(["yes"]));
  const ticks = (heard as [string, unknown][]).filter(([event]) => event === "tick");
  expect(new Set(ticks.map(([, copy]) => copy)).size).toBe(1);
});

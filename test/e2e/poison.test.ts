import { assembly, TestStack } from "../support/clients";
import { outlivesAnEventThatEndsItsContainer, soonAgain } from "./shared";

let running: TestStack;
beforeAll(async () => {
  running = await TestStack.start(assembly("ASSEMBLY"), { timings: soonAgain });
});
afterAll(() => running.close());

test("an event that kills its container becomes a dead letter, and what came with it is handled", () =>
  outlivesAnEventThatEndsItsContainer(running, (connectionId) => connectionId));

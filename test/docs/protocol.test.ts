import { readFileSync } from "node:fs";
import path from "node:path";
import { assembly, TestStack } from "../support/clients";
import { Conversation, readConversations } from "./conversations";

/** Every example of docs/protocol.md through a real WebSocket. */

const text = readFileSync(path.join(__dirname, "../../docs/protocol.md"), "utf8");
const conversations = readConversations(text);

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start(assembly("ASSEMBLY_OF_PROTOCOL"));
});
afterAll(() => stack.close());

test("the docs hold conversations", () => expect(conversations.length).toBeGreaterThan(6));

test.each(conversations.map((lines) => [lines[1] as string, lines] as const))(
  "the example with %s",
  async (_, lines) => {
    const conversation = new Conversation(stack.stack.webSocketUrl);
    try {
      await conversation.run(lines);
    } finally {
      conversation.close();
    }
  },
);

import { WORD } from "../names";
import { finding, needsAws, type Probe } from "../probe";

export const secrets: Probe = {
  number: 16,
  title: "secrets by reference",
  does: "asks the application for a variable whose value is a parameter of Parameter Store",
  expected: "its text, which the function has read with a grant for that one parameter",
  minutes: 1,
  usd: 0,
  async run({ platform: { control }, clients }) {
    if (!control) return finding({}, {}, needsAws("a read of Parameter Store"));
    const socket = await clients.stock();
    const word = await socket.timeout(10_000).emitWithAck("word");
    return finding({ word }, { "the parameter's text": word === WORD.text });
  },
};

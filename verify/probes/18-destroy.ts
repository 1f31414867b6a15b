import { finding, type Probe } from "../probe";

/** The role that all APIs of the account share; the template retains it on purpose. */
const EXPECTED_LEFTOVER = /LogRole|Account/;

export const destroy: Probe = {
  number: 18,
  title: "the end",
  does: "deletes the stack, puts back the account's log role, lists what is left",
  expected: "nothing is left but the log role of API Gateway, where the stack has set it",
  minutes: 3,
  usd: 0,
  async run({ platform }) {
    const left = await platform.destroy();
    return finding(
      { left },
      { "nothing left but the log role": left.every((name) => EXPECTED_LEFTOVER.test(name)) },
    );
  },
};

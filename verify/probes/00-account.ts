import { finding, needsAws, type Probe } from "../probe";

/** A new account has a concurrency of 10; about 15 clients that connect at once would then fail. */
const LOW_CONCURRENCY = 100;

export const account: Probe = {
  number: 0,
  title: "the account",
  does: "asks who is calling, for Lambda's concurrency and API Gateway's log role; prepares a change set",
  expected: `a change set that CloudFormation accepts; a concurrency of at least ${LOW_CONCURRENCY}`,
  minutes: 1,
  usd: 0,
  async run({ platform: { control } }) {
    if (!control) {
      return finding({}, {}, needsAws("identity, concurrency, log role", "a change set"));
    }
    const { account, region } = await control.identify();
    const concurrency = await control.concurrency();
    const logRole = (await control.logRole()) ?? "none, so the stack sets one";
    await control.prepareChangeSet();
    return finding(
      { account, region, concurrency, logRole, changeSet: "accepted" },
      { [`concurrency of at least ${LOW_CONCURRENCY}`]: concurrency.limit >= LOW_CONCURRENCY },
    );
  },
};

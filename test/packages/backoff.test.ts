import { pauseMs } from "../../packages/client/src/backoff";
import { renewAfterMs } from "../../packages/client/src/token";
import { tokenOf } from "../docs/unsigned-tokens";

describe("the pause before a connection is tried again", () => {
  const backoff = { minMs: 1_000, maxMs: 5_000, jitter: 0.5 };

  test("doubles, up to the longest, as socket.io-client has it", () => {
    const pauses = [0, 1, 2, 3, 100].map((attempt) => pauseMs(backoff, attempt, 0.5));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  test("is shorter or longer by chance, by half at most", () => {
    expect([0, 0.5, 1].map((random) => pauseMs(backoff, 0, random))).toEqual([500, 1_000, 1_500]);
  });
});

describe("a token is replaced", () => {
  const NOW_MS = 1_000_000;
  const endsIn = (seconds: number) => renewAfterMs(tokenOf({ exp: 1_000 + seconds }), NOW_MS);

  test("half a minute before its end, or at half of a short life", () => {
    expect([endsIn(3_600), endsIn(40)]).toEqual([3_570_000, 20_000]);
  });

  test("never where it has ended, has no end, or is no JWT", () => {
    expect([endsIn(0), endsIn(-5)]).toEqual([undefined, undefined]);
    expect(renewAfterMs(tokenOf({ sub: "ada" }), NOW_MS)).toBeUndefined();
    expect(renewAfterMs("opaque", NOW_MS)).toBeUndefined();
  });

  test("in time that a timer can wait", () => {
    expect(endsIn(10 ** 9)).toBe(2 ** 31 - 1);
  });
});

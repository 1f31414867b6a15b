import fc from "fast-check";
import { generated } from "../memory/generate";
import { names } from "./applications";
import { type Act, CLIENTS, type Fresh, type Program, type Step } from "./language";

const client = fc.constantFrom(...CLIENTS);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ act: fc.constant("connect" as const), client }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom("leave", "drop"), client }) },
  {
    weight: 12,
    arbitrary: fc.record({ act: fc.constant("say" as const), client, word: fc.nat(30) }),
  },
) as fc.Arbitrary<Act>;

const acts = fc.oneof(
  { weight: 3, arbitrary: fc.array(act, { minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.array(act, { minLength: 2, maxLength: 6 }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ step: fc.constant("batch" as const), acts }) },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("pass" as const),
      ms: fc.constantFrom(5, 150, 300, 1000, 2600, 31_000),
    }),
  },
);

const GENERATED = "generated";
const source = generated.map((one) => ({ source: one.source }));

/** @param app a name, or `generated`; absent: any */
export function programsOf(app?: string): fc.Arbitrary<Program> {
  const mixed = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...names) },
    { weight: 2, arbitrary: source },
  );
  const named = app === GENERATED ? source : fc.constant(app ?? "");
  return fc.record({
    app: app === undefined ? mixed : named,
    fresh: fc.constantFrom<Fresh[]>("every", "some", "none"),
    late: fc.boolean(),
    steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  });
}

const path = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

/**
 * What takes longest, longest first: a file that starts late and takes half a minute ends alone. Only a hint. Without
 * Jest's cache all others go by size, and the longest of all have a hundred bytes.
 */
const LONGEST = [
  ...["verify/verify", "apps/apps", "sim/sim", "e2e/stock-client", "parity/parity", "scripts"],
  ...["contracts/dynamo-store", "apps/http-apps", "e2e/redrive", "e2e/application"],
  ...["e2e/limits", "e2e/routes", "lib/validation", "memory/memory", "e2e/chaos"],
  ...["fuzz/fuzz", "src/large-rooms", "conformance/protocol"],
].map((name) => path.join(__dirname, "..", `${name}.test.ts`));

/** First the longest, then the slow half, then the fast one, which fills the gaps. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path: file, context }) => {
      const at = LONGEST.indexOf(file);
      if (at >= 0) return at;
      return context.config.displayName?.name === "fast" ? LONGEST.length + 1 : LONGEST.length;
    };
    return super.sort(tests).sort((a, b) => place(a) - place(b));
  }
};

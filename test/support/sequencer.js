const Sequencer = require("@jest/test-sequencer").default;

/**
 * The slow half first, so that no long file runs alone at the end. Within a half: as Jest orders
 * files, by how long they took last time, or by their size.
 */
module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const isFast = ({ context }) => context.config.displayName?.name === "fast";
    return super.sort(tests).sort((a, b) => Number(isFast(a)) - Number(isFast(b)));
  }
};

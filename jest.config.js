const { halves, slowPackages } = require("./test/support/halves.js");

// The AWS SDK announces the end of its support for Node 20 in every process.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const project = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2022", parser: { syntax: "typescript" } },
        module: { type: "commonjs" },
      },
    ],
  },
};
const { fast, slow } = halves();
const match = (files) => files.map((file) => `<rootDir>/${file}`);

/** @type {import("jest").Config} */
module.exports = {
  // `npm run test:fast` runs the first; a run of fast files alone synthesizes no stack.
  projects: [
    {
      ...project,
      displayName: "fast",
      testMatch: match(fast),
      moduleNameMapper: {
        [`^(${slowPackages.join("|")})(/|$)`]: "<rootDir>/test/support/not-fast.js",
      },
    },
    {
      ...project,
      displayName: "slow",
      testMatch: match(slow),
      moduleNameMapper: { "^esbuild$": "<rootDir>/test/support/esbuild-cached.js" },
      globalSetup: "<rootDir>/test/support/synthesize.ts",
      globalTeardown: "<rootDir>/test/support/teardown.ts",
    },
  ],
  testSequencer: "<rootDir>/test/support/sequencer.js",
  // For two cores, which a small CI machine has: while one file waits, as end-to-end files often do, two others work.
  maxWorkers: 3,
  // Tests wait for what they are about; this only ends one that waits until the timeout.
  testTimeout: 120_000,
};

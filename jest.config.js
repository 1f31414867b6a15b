// The AWS SDK announces the end of its support for Node 20 in every process.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  globalSetup: "<rootDir>/test/support/synthesize.ts",
  globalTeardown: "<rootDir>/test/support/teardown.ts",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2022", parser: { syntax: "typescript" } },
        module: { type: "commonjs" },
      },
    ],
  },
  // Two cores are what a small CI machine has; every end-to-end file starts a stack of its own.
  maxWorkers: 2,
  // Tests wait for what they are about; this only ends one that waits in vain.
  testTimeout: 120_000,
};

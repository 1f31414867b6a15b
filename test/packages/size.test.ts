import path from "node:path";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

const MOST_BYTES = 4_000;

test("the client has less than 4 KB, minified and compressed", () => {
  const {
    outputFiles: [output],
  } = buildSync({
    entryPoints: [path.join(__dirname, "../../packages/client/src/index.ts")],
    ...{ bundle: true, write: false, minify: true, format: "esm", platform: "neutral" },
    target: "es2022",
  });
  const contents = output?.contents ?? new Uint8Array();
  expect(contents.length).toBeGreaterThan(1_000);
  expect(gzipSync(contents, { level: 9 }).length).toBeLessThan(MOST_BYTES);
});

import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { codeFrame, frameOfStack } from "../../bin/dev/code-frame";
import { Findings } from "../../bin/dev/findings";
import { Watch } from "../../bin/dev/watch";
import { waitFor } from "../support/wait-for";

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lambda-rooms-watch-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a file counts as changed by what it holds, however an editor writes it", async () => {
  writeFileSync(at("a.js"), "1");
  writeFileSync(at("other.js"), "1");
  mkdirSync(at("views"));
  writeFileSync(at("views/one.html"), "1");
  const changes: string[][] = [];
  const watch = new Watch((files) =>
    changes.push(files.map((file) => path.relative(folder, file))),
  );
  watch.set({ files: [at("a.js"), at(".env")], folders: [at("views")] });
  const next = async (write: () => void) => {
    const before = changes.length;
    write();
    await waitFor(() => changes.length > before);
    return changes.at(-1);
  };
  try {
    // Neither a file that has no part in it, nor one that is written again as it was.
    writeFileSync(at("other.js"), "2");
    writeFileSync(at("a.js"), "1");
    expect(await next(() => writeFileSync(at("views/one.html"), "2"))).toEqual(["views/one.html"]);
    const replace = () => {
      writeFileSync(at("a.js.tmp"), "2");
      renameSync(at("a.js.tmp"), at("a.js"));
    };
    expect(await next(replace)).toEqual(["a.js"]);
    expect(await next(() => writeFileSync(at(".env"), "A=1"))).toEqual([".env"]);
    expect(await next(() => writeFileSync(at("views/two.html"), "1"))).toEqual(["views/two.html"]);
    expect(await next(() => rmSync(at("a.js")))).toEqual(["a.js"]);
    expect(changes).toHaveLength(5);
  } finally {
    watch.close();
  }
});

test("of a later look only what is new is said, wherever it has moved", () => {
  const findings = new Findings();
  const look = (...lines: string[]) =>
    findings.news({ notes: [], findings: lines, ordering: "none", path: undefined }, []);
  expect(look("a.js:1:1  lost", "a.js:2:1  open")).toBe("a.js:1:1  lost\na.js:2:1  open");
  expect(look("a.js:9:1  lost", "a.js:12:1  timer")).toBe("a.js:12:1  timer");
  expect(look("a.js:9:1  lost")).toBe("");
  // What was mended and comes back is new.
  expect(look("a.js:9:1  lost", "a.js:12:1  timer")).toBe("a.js:12:1  timer");
});

test("a code frame shows the lines around a place, and none of a line that no screen holds", () => {
  writeFileSync(at("a.js"), `one();\n\ttwo();\nthree();\nfour();\n${"x".repeat(500)}\n`);
  expect(codeFrame(at("a.js"), 2, 2)).toBe(
    "    1 | one();\n  > 2 |  two();\n      |  ^\n    3 | three();\n    4 | four();",
  );
  expect(codeFrame(at("a.js"), 5, 1)).toBeUndefined();
  expect(codeFrame(at("missing.js"), 1, 1)).toBeUndefined();
  const stack = `Error: no\n    at pack (${at("node_modules/p/i.js")}:1:1)\n    at own (${at("a.js")}:3:1)`;
  expect(frameOfStack(stack)).toContain("  > 3 | three();");
});

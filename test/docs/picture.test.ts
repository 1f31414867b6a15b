import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.join(__dirname, "../..");

test("docs/frame.svg is what docs/frame.dot says; else: npm run picture", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "picture-"));
  try {
    // A process of its own: the package is an ES module, which Jest does not load.
    execFileSync(process.execPath, ["--import", "tsx", "bin/picture.ts", folder], { cwd: root });
    const [drawn, kept] = [folder, path.join(root, "docs")].map((where) =>
      readFileSync(path.join(where, "frame.svg"), "utf8"),
    );
    expect(kept).toBe(drawn);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

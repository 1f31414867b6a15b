import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findFiles } from "../../checks/files";

/** Which files and folders an application's source names. */

const root = realpathSync(mkdtempSync(path.join(tmpdir(), "files-")));
afterAll(() => rmSync(root, { recursive: true }));

test("folders of the application, and none of the machine", () => {
  mkdirSync(path.join(root, "public"));
  const entry = path.join(root, "server.js");
  const lines = [
    'const fs = require("fs");',
    'app.use(express.static("public"));',
    `if (fs.existsSync(${JSON.stringify(tmpdir())})) fs.readdirSync("/");`,
    `const options = { dir: ${JSON.stringify(tmpdir())} };`,
  ];
  writeFileSync(entry, lines.join("\n"));
  expect(findFiles(entry, root)).toEqual([path.join(root, "public")]);
});

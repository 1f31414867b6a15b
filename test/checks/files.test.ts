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

test("parts of a path are no paths of their own", () => {
  for (const one of ["app/pages", "app/server", "app/server/pages", "pages"]) {
    mkdirSync(path.join(root, one), { recursive: true });
  }
  const app = path.join(root, "app");
  const entry = path.join(app, "server/index.js");
  writeFileSync(entry, 'app.use(express.static(path.join(__dirname, "..", "pages")));');
  expect(findFiles(entry, app)).toEqual([path.join(app, "pages")]);
  writeFileSync(entry, 'app.use(express.static(path.resolve("server", "pages")));');
  expect(findFiles(entry, app)).toEqual([path.join(app, "server/pages")]);
});

import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import ts from "typescript";
import { compileFile } from "../../compiler/file";
import { entryOf } from "./plays";
import { vocabulary } from "./vocabulary";

/** Stack traces name the application's own lines, also in closures that are made again. */

test.each(Object.keys(vocabulary))("each word of %s is mapped to itself", (name) => {
  const entry = entryOf(name);
  const source = readFileSync(entry, "utf8");
  const file = ts.createSourceFile(entry, source, ts.ScriptTarget.Latest, true);
  const { text } = compileFile(file, "server.js", true);
  const [code = "", data = ""] = text.split("//# sourceMappingURL=data:application/json;base64,");
  const map = new SourceMap(JSON.parse(Buffer.from(data, "base64").toString()));
  const lines = source.split("\n");
  const emits = lines.flatMap((line, at) => (/\.emit\b/.test(line) ? [at] : []));
  const found = new Set<number>();
  let mapped = 0;
  for (const [at, line] of code.split("\n").entries()) {
    for (const { 0: word, index } of line.matchAll(/\w+/g)) {
      const entry = map.findEntry(at, index);
      if (!("originalLine" in entry) || entry.generatedColumn !== index) continue;
      if (entry.generatedLine !== at) continue;
      mapped++;
      if (word === "emit") found.add(entry.originalLine);
      expect(lines[entry.originalLine]?.slice(entry.originalColumn)).toMatch(
        new RegExp(`^${word}`),
      );
    }
  }
  expect(mapped).toBeGreaterThan(20);
  expect([...found].sort((a, b) => a - b)).toEqual(emits);
});

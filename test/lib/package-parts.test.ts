import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isOfManagedRooms } from "../../lib/application/parts";
import { writeArchive } from "../../lib/bundle-archive";
import { allEntries, bundleFunctions, entryOf, unpackFunctions } from "../../lib/bundle-functions";
import { functionNames } from "../../src/names";

/** What the npm package has ready-made is what a clone makes. */

const folder = mkdtempSync(path.join(tmpdir(), "package-parts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const codeIn = (directory: string, file = "index.js") =>
  readFileSync(path.join(directory, file), "utf8");

test("functions out of the archive are those that a clone bundles, byte for byte", () => {
  const entries = allEntries();
  const made = bundleFunctions(
    Object.fromEntries(entries.map((entry) => [entry, entry])),
    path.join(folder, "made"),
  );
  const texts = entries.map((entry) => [entry, codeIn(made[entry]?.directory ?? "")]);
  const archive = path.join(folder, "functions.br");
  texts.push(["management", codeIn(made.lane?.directory ?? "", "management.js")]);
  writeArchive(archive, Object.fromEntries(texts));
  for (const isLocked of [false, true]) {
    for (const kind of ["lanes", "isRouted", "isKept"]) {
      const variant = { isLocked, isRouted: kind === "isRouted", isKept: kind === "isKept" };
      const own = Object.fromEntries(functionNames.map((name) => [name, entryOf(name, variant)]));
      const place = path.join(folder, `${isLocked}-${kind}`);
      const bundled = bundleFunctions(own, path.join(place, "bundled"));
      const unpacked = unpackFunctions(own, path.join(place, "unpacked"), archive);
      for (const name of functionNames) {
        const [a, b] = [bundled[name], unpacked[name]];
        expect(b?.bytes).toBe(a?.bytes);
        const [from, to] = [a?.directory ?? "", b?.directory ?? ""];
        expect(readdirSync(to).sort()).toEqual(readdirSync(from).sort());
        for (const file of readdirSync(from))
          expect(codeIn(to, file) === codeIn(from, file)).toBe(true);
      }
    }
  }
});

test("a function that the archive lacks is an error", () => {
  const archive = path.join(folder, "empty.br");
  writeArchive(archive, {});
  expect(() => unpackFunctions({ lane: "lane" }, folder, archive)).toThrow("holds no lane");
});

test.each([
  ["managed/managed-rooms.ts", true],
  ["../lambda-rooms/dist/managed/managed.mjs", true],
  ["dist/managed/managed.mjs", true],
  ["managed/jwt-auth.ts", false],
  ["unmanaged/managed.mjs", false],
])("%s holds managed rooms: %s", (file, expected) => {
  expect(isOfManagedRooms(file)).toBe(expected);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { compileFile } from "../../compiler/file";
import { buildApplication } from "../memory/build";
import { entryOf } from "../memory/plays";
import { vocabulary, type Word } from "../memory/vocabulary";
import type { Program } from "./language";
import { type Manner, manners } from "./vocabulary";

/** An application as Node runs it, and as the functions do. */
export interface Application extends Manner {
  readonly plain: string;
  readonly compiled: string;
}

/** These have several files, or types: the bundler makes one script of them. */
const BUNDLED = new Set(["store", "controller"]);

/** Those of `test/memory`, and those for which its model of Socket.IO is too small. */
export const names: readonly string[] = [...Object.keys(vocabulary), ...Object.keys(manners)];

/** What clients say to generated applications. */
const GENERATED: readonly Word[] = ["e0", "e1", "e2", "e3", "e4"].flatMap((event) => [
  ["send", event, 1] as const,
  ["send", event, 4] as const,
]);

const known = new Map<string, Application>();

export function applicationOf(app: Program["app"]): Application {
  if (typeof app === "object") return { ...compile(app.source), words: GENERATED };
  const manner = manners[app] ?? { words: vocabulary[app] ?? [] };
  const one = known.get(app) ?? { ...build(app), ...manner };
  known.set(app, one);
  return one;
}

function build(name: string): Pick<Application, "plain" | "compiled"> {
  if (name in manners) return compile(readFileSync(join(__dirname, `apps/${name}.js`), "utf8"));
  const entry = entryOf(name);
  if (!BUNDLED.has(name)) return compile(readFileSync(entry, "utf8"));
  return { plain: buildApplication(entry, false), compiled: buildApplication(entry, true) };
}

function compile(source: string): Pick<Application, "plain" | "compiled"> {
  const file = ts.createSourceFile("server.js", source, ts.ScriptTarget.Latest, true);
  return { plain: source, compiled: compileFile(file, "server.js", true).text };
}

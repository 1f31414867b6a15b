import { statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { importedThing } from "../closures/imports";
import { bare } from "../closures/syntax";
import { fileNamed } from "../files";

/** A call that makes a middleware for a static folder: `express.static("public")`. */
export interface StaticFolder {
  readonly call: ts.CallExpression;
  readonly argument: ts.Expression | undefined;
  readonly options: ts.Expression | undefined;
}

export function staticFolderOf(node: ts.Node): StaticFolder | undefined {
  const call = bare(node);
  if (!ts.isCallExpression(call)) return undefined;
  const thing = importedThing(call.expression);
  if (!thing) return undefined;
  const isWhole = thing.name === "*" || thing.name === "default";
  const isExpress =
    (thing.module === "express" && thing.name === "static") ||
    (thing.module === "serve-static" && isWhole);
  const isKoa = /^koa-(static|serve)$/.test(thing.module) && isWhole;
  if (!isExpress && !isKoa) return undefined;
  const [argument, options] = call.arguments;
  return { call, argument, options };
}

/**
 * The folder that an expression names: relative to its source file by `__dirname`, or to where `node` is started.
 *
 * @param starts folders in which `node` may be started; a relative path that means different ones is not read
 */
export function folderNamed(
  node: ts.Expression | undefined,
  follow: (node: ts.Node) => ts.Node | undefined,
  starts: readonly string[],
): string | undefined {
  const target = node && (follow(node) ?? node);
  if (!target) return undefined;
  const named = ts.isStringLiteralLike(target)
    ? starts.map((start) => path.resolve(start, target.text))
    : starts.map((start) => fileNamed(start, target) ?? ownFolder(target));
  const folders = [...new Set(named)].filter(
    (one) => one !== undefined && statSync(one, { throwIfNoEntry: false })?.isDirectory(),
  );
  return folders.length === 1 ? folders[0] : undefined;
}

function ownFolder(node: ts.Node): string | undefined {
  const isOwn = /^(__dirname|import\.meta\.dirname)$/.test(bare(node).getText());
  return isOwn ? path.dirname(node.getSourceFile().fileName) : undefined;
}

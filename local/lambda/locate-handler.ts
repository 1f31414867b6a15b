import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FunctionModel } from "../template/model";

/** `folder/file.export`, as in https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html */
export function locateHandler(
  model: FunctionModel,
  directory: string,
  isInline: boolean,
): { file: string; exportName: string } {
  const dot = model.handler.lastIndexOf(".");
  const base = join(directory, model.handler.slice(0, dot));
  const candidates = [`${base}.js`, `${base}.cjs`];
  const file = isInline ? candidates[0] : candidates.find((candidate) => existsSync(candidate));
  if (dot < 1 || file === undefined) {
    throw new Error(
      `Cannot load ${model.logicalId}: expected ${candidates.join(" or ")}, got nothing (handler ${model.handler})`,
    );
  }
  return { file, exportName: model.handler.slice(dot + 1) };
}

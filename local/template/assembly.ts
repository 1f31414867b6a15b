import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isObject, type Json, type JsonObject, show } from "../json";

/** One resource of a CloudFormation template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly Condition?: string;
}

/** The parts of a CloudFormation template that are read here. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Conditions?: JsonObject;
  readonly Parameters?: JsonObject;
  readonly Mappings?: JsonObject;
}

/** A synthesized stack: its template, and where its assets lie on disk. */
export interface Assembly {
  readonly stackName: string;
  readonly template: Template;
  /** Object key in the asset bucket to the folder or file that would be uploaded there. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Reads a cloud assembly (`cdk.out`) that holds exactly one stack. */
export function readAssembly(directory: string): Assembly {
  const artifacts = objectAt(readJson(join(directory, "manifest.json")), "artifacts");
  const stacks = Object.entries(artifacts).filter(
    ([, artifact]) => isObject(artifact) && artifact.type === "aws:cloudformation:stack",
  );
  const [only] = stacks;
  if (only === undefined || stacks.length > 1) {
    const names = stacks.map(([id]) => id).join(", ");
    throw new Error(
      `Cannot read the assembly ${directory}: expected exactly one stack, got ${stacks.length}${names && ` (${names})`}`,
    );
  }
  const [id, stack] = only;
  const file = objectAt(stack, "properties").templateFile;
  const template = readJson(
    join(directory, typeof file === "string" ? file : `${id}.template.json`),
  );
  objectAt(template, "Resources");
  return {
    stackName: id,
    template: template as unknown as Template,
    assets: readAssets(directory, artifacts),
  };
}

/** Asset manifests name, for each file asset, its source on disk and the object key it would get. */
function readAssets(directory: string, artifacts: JsonObject): Map<string, string> {
  const assets = new Map<string, string>();
  for (const artifact of Object.values(artifacts)) {
    if (!isObject(artifact) || artifact.type !== "cdk:asset-manifest") continue;
    const file = objectAt(artifact, "properties").file;
    const { files } = readJson(join(directory, String(file)));
    for (const entry of Object.values(isObject(files) ? files : {})) {
      const path = objectAt(entry, "source").path;
      for (const destination of Object.values(objectAt(entry, "destinations"))) {
        if (isObject(destination) && typeof destination.objectKey === "string") {
          assets.set(destination.objectKey, resolve(directory, String(path)));
        }
      }
    }
  }
  return assets;
}

function readJson(path: string): JsonObject {
  if (!existsSync(path)) {
    throw new Error(
      `Cannot read the assembly: expected ${path}, got nothing (was it synthesized?)`,
    );
  }
  const value = JSON.parse(readFileSync(path, "utf8")) as Json;
  if (!isObject(value))
    throw new Error(`Cannot read ${path}: expected an object, got ${show(value)}`);
  return value;
}

function objectAt(value: Json | undefined, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  if (!isObject(found)) {
    throw new Error(`Cannot read the assembly: expected an object at "${key}", got ${show(found)}`);
  }
  return found;
}

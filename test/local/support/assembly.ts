import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, JsonObject } from "../../../local/json";

/** A function of a fixture: CommonJS source, and properties over the usual ones. */
export interface FunctionFixture {
  readonly code: string;
  readonly properties?: JsonObject;
}

/** What a fixture stack holds. */
export interface StackFixture {
  readonly functions?: Readonly<Record<string, FunctionFixture | string>>;
  readonly resources?: Readonly<
    Record<string, { Type: string; Properties?: JsonObject; Condition?: string }>
  >;
  /** Other sections of the template. */
  readonly template?: JsonObject;
}

const written: string[] = [];

/** Writes a cloud assembly as `cdk synth` would and returns its folder. */
export function writeAssembly(fixture: StackFixture): string {
  const directory = mkdtempSync(join(tmpdir(), "assembly-"));
  written.push(directory);
  const resources: JsonObject = { ...(fixture.resources as JsonObject | undefined) };
  const files: JsonObject = {};
  for (const [logicalId, given] of Object.entries(fixture.functions ?? {})) {
    const { code, properties } =
      typeof given === "string" ? { code: given, properties: {} } : given;
    const hash = `hash-of-${logicalId.toLowerCase()}`;
    mkdirSync(join(directory, `asset.${hash}`));
    writeFileSync(join(directory, `asset.${hash}`, "index.js"), code);
    files[hash] = {
      source: { path: `asset.${hash}`, packaging: "zip" },
      destinations: { here: { bucketName: "assets", objectKey: `${hash}.zip` } },
    };
    resources[logicalId] = functionResource(`${hash}.zip`, properties ?? {});
  }
  const write = (name: string, value: Json) =>
    writeFileSync(join(directory, name), JSON.stringify(value));
  write("Test.template.json", { ...fixture.template, Resources: resources });
  write("Test.assets.json", { files });
  write("manifest.json", {
    artifacts: {
      "Test.assets": { type: "cdk:asset-manifest", properties: { file: "Test.assets.json" } },
      Test: {
        type: "aws:cloudformation:stack",
        properties: { templateFile: "Test.template.json" },
      },
    },
  });
  return directory;
}

/** Removes what was written. */
export function removeAssemblies(): void {
  for (const directory of written.splice(0)) rmSync(directory, { recursive: true, force: true });
}

function functionResource(S3Key: string, properties: JsonObject): JsonObject {
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      Code: { S3Bucket: { "Fn::Join": ["-", ["assets", { Ref: "AWS::AccountId" }]] }, S3Key },
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      Timeout: 10,
      ...properties,
    },
  };
}

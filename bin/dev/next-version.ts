import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { rebundleApplication } from "../../lib/application/bundle";
import { type ApplicationRecord, type Sources, sourcesOf } from "../../lib/application/record";
import { Application } from "../../src/names";

type Variables = Readonly<Record<string, string>>;

export interface NextVersion {
  /** The cloud assembly as it was synthesized. */
  readonly assembly: string;
  /** The folder of the next one, which is not there yet. */
  readonly target: string;
  readonly record: ApplicationRecord;
  readonly isDebugged: boolean;
  /** What the application had when the assembly was synthesized, and what it has now. */
  readonly variables: { readonly before: Variables; readonly now: Variables };
}

/** What of a bundled application is never carried over. */
const MADE = /^(application\.[cm]js(\.map)?|load\.cjs|secrets\.cjs|app)$/;

/**
 * Makes the next version of a cloud assembly without a synth: the same template and functions around an application that
 * is bundled again.
 *
 * @throws Error with esbuild's messages
 */
export async function makeNextVersion(next: NextVersion): Promise<Sources> {
  const { assembly, target, record, isDebugged } = next;
  const application = path.join(target, "application");
  const options = { ...record.options, isDebugged };
  const made = await rebundleApplication(record.entry, application, options);
  cpSync(path.join(assembly, "manifest.json"), path.join(target, "manifest.json"));
  const names = readdirSync(assembly);
  const keys = names
    .filter((name) => name.endsWith(".assets.json"))
    .flatMap((name) => renewAssets(name, next, application));
  for (const name of names.filter((one) => one.endsWith(".template.json"))) {
    patchTemplate(name, next, keys);
  }
  return sourcesOf(made);
}

interface AssetFile {
  readonly source: { path: string };
  readonly destinations: Record<string, { readonly objectKey: string }>;
}

/**
 * Folders of functions that run the application become new ones, all others stay where they are.
 *
 * @returns the keys of the former in the bucket of assets
 */
function renewAssets(
  name: string,
  { assembly, target }: NextVersion,
  application: string,
): readonly string[] {
  const manifest = readJson<{ files: Record<string, AssetFile> }>(path.join(assembly, name));
  const keys = Object.values(manifest.files).flatMap(({ source, destinations }) => {
    const folder = path.resolve(assembly, source.path);
    const isRunning = existsSync(path.join(folder, Application.manifest));
    source.path = isRunning ? renew(folder, target, application) : folder;
    return isRunning ? Object.values(destinations).map(({ objectKey }) => objectKey) : [];
  });
  writeFileSync(path.join(target, name), JSON.stringify(manifest));
  return keys;
}

/** The function's own part as it is, the application's as it is now. */
function renew(folder: string, target: string, application: string): string {
  const to = path.join(target, path.basename(folder));
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (!MADE.test(name)) carry(path.join(folder, name), path.join(to, name));
  }
  cpSync(application, to, { recursive: true });
  return to;
}

function carry(from: string, to: string): void {
  if (statSync(from).isDirectory()) cpSync(from, to, { recursive: true });
  else linkSync(from, to);
}

interface FunctionProperties {
  readonly Code?: { readonly S3Key?: unknown };
  Environment?: { Variables?: Record<string, unknown> };
}

interface Template {
  readonly Resources: Record<string, { readonly Properties?: FunctionProperties }>;
}

/** Functions that run the application get its variables of now. What has not changed stays: a secret is read at synth. */
function patchTemplate(
  name: string,
  { assembly, target, variables: { before, now } }: NextVersion,
  keys: readonly string[],
): void {
  const template = readJson<Template>(path.join(assembly, name));
  for (const { Properties } of Object.values(template.Resources)) {
    if (!Properties || !keys.includes(String(Properties.Code?.S3Key))) continue;
    const all = { ...Properties.Environment?.Variables };
    for (const one of Object.keys(before)) if (!Object.hasOwn(now, one)) delete all[one];
    for (const [one, value] of Object.entries(now)) if (before[one] !== value) all[one] = value;
    Properties.Environment = { Variables: all };
  }
  writeFileSync(path.join(target, name), JSON.stringify(template));
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8"));
}

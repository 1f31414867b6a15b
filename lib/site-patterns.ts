import { statSync } from "node:fs";
import { extname } from "node:path";
import type { ServedFile } from "../checks/site";

/**
 * Behaviours of a distribution that need no quota of AWS to be raised.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const MOST_BEHAVIOURS = 25;
/** For each path of Socket.IO: its client's files, and the WebSocket with and without a slash. */
const FOR_A_PATH = 3;

/** What comes from S3. */
export interface Patterns {
  /** Path patterns of CloudFront; `/` stands for `/index.html`. */
  readonly patterns: readonly string[];
  readonly files: readonly ServedFile[];
  /** Files for which no behaviour was left: the function serves them. */
  readonly left: readonly ServedFile[];
}

interface Group {
  readonly pattern: string;
  readonly files: readonly ServedFile[];
}

/**
 * Chooses behaviours for files: one for all of a kind in a folder (`/js/*.js`), else one for each file, so that
 * other paths still reach the application.
 *
 * @param answered paths that the application answers itself, or whose files do not go to S3
 */
export function patternsOf(
  files: readonly ServedFile[],
  answered: readonly string[],
  socketPaths: number,
): Patterns {
  const groups = new Map<string, ServedFile[]>();
  for (const file of files) {
    const pattern = patternOf(file.url, answered);
    groups.set(pattern, [...(groups.get(pattern) ?? []), file]);
  }
  const root = files.find(({ url }) => url === "/index.html");
  const all: Group[] = [...groups].map(([pattern, group]) => ({ pattern, files: group }));
  if (root && !answered.includes("/")) all.push({ pattern: "/", files: [root] });
  all.sort((a, b) => bytesOf(b) - bytesOf(a));
  const most = MOST_BEHAVIOURS - 1 - FOR_A_PATH * socketPaths;
  const taken = all.slice(0, most);
  const kept = new Set(taken.flatMap((group) => group.files));
  return {
    patterns: taken.map(({ pattern }) => pattern).sort(),
    files: [...kept],
    left: files.filter((file) => !kept.has(file)),
  };
}

/** The widest folder around a file below which the application answers nothing; else the file's own path. */
function patternOf(url: string, answered: readonly string[]): string {
  const names = url.split("/").slice(1, -1);
  const kind = extname(url);
  for (let depth = 1; depth <= names.length && kind !== ""; depth += 1) {
    const folder = `/${names.slice(0, depth).join("/")}/`;
    if (!answered.some((path) => `${path}/`.startsWith(folder))) return `${folder}*${kind}`;
  }
  return url;
}

function bytesOf({ files }: Group): number {
  return files.reduce((sum, { file }) => sum + statSync(file).size, 0);
}

import { existsSync } from "node:fs";
import path from "node:path";
import { fileAt, rootOf } from "../lib/application/places";
import type { FunctionError, LocalStack } from "../local";
import { codeFrame } from "./dev/code-frame";

/** A path below the folder `app` of a function's code, where the application's own files are said to be. */
const PLACED = /(?:file:\/\/)?[^\s()'"`]*\/asset\.[0-9a-f]+\/app\/([^\s()'"`:]+)/g;

/** A text of a function with the application's files as they are called on this machine. */
export function nameSources(text: string, app: string): string {
  if (!text.includes("/app/")) return text;
  const root = rootOf(path.resolve(app));
  return text.replace(PLACED, (_, place: string) => nearestName(fileAt(root, place)));
}

/** The name of a file for a person: relative where it is below the working directory. */
export function nearestName(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}

/** The logical id of the function that holds the application: with one lane there is one for that. */
export function holderOf(stack: LocalStack): string {
  const names = Object.keys(stack.statistics().functions);
  const find = (name: string) => names.find((one) => one.includes(`Functions${name}`));
  return (find("Application") ?? find("Lane")) as string;
}

/** Asks a container, which runs a batch without events, why the application cannot be loaded or hosted. */
export async function findLoadError(stack: LocalStack): Promise<FunctionError | undefined> {
  const result = await stack.invoke(holderOf(stack), { Records: [] });
  return result.ok ? undefined : result.error;
}

/** Why an application does not start, once: what happened, where, and what to do where that is known. */
export function describeLoadError(error: FunctionError, app: string): string {
  const { errorType, errorMessage, trace } = error;
  const message = nameSources(errorMessage, app);
  // Our own say everything themselves.
  if (/^Cannot (host|run) /.test(message)) return message;
  const isPlain = errorType === "Error" || message.startsWith(errorType);
  const what = isPlain ? message : `${errorType}: ${message}`;
  const lines = [`Cannot load ${nearestName(path.resolve(app))}: ${what}`];
  const place = trace
    .map((line) => nameSources(line, app))
    .map((line) => /(?:at |\()([^\s()]+):(\d+):(\d+)\)?$/.exec(line))
    .find((match) => match?.[1] && !isForeign(match[1]));
  if (place) lines.push(...placeOf(place as unknown as readonly [string, string, string, string]));
  const missing = /^ENOENT.*'([^']+)'$/.exec(message)?.[1];
  if (missing) lines.push(existsSync(missing) ? MISSING : NOWHERE);
  return lines.join("\n");
}

const MISSING =
  '  A function has the files and folders that the source names, as path.join(__dirname, "words.txt") does; name others in `files` of the construct, or by --context files="data templates"';

const NOWHERE = "  There is no such file on this machine either";

/** A line of a function's own bundle has half a megabyte, and shows nothing of the application. */
function isForeign(file: string): boolean {
  return /^node:|node_modules|\/asset\.[0-9a-f]+\//.test(file) || !existsSync(file);
}

function placeOf([, file, line, column]: readonly [string, string, string, string]): string[] {
  const frame = codeFrame(file, Number(line), Number(column));
  return [`    at ${file}:${line}:${column}`, ...(frame === undefined ? [] : ["", frame])];
}

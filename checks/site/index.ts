import path from "node:path";
import { type Place, placeOf } from "../closures/findings";
import { readProject } from "../closures/project";
import { type FolderFiles, listFolder, type ServedFile } from "./files";
import { judgeFolder } from "./guards";
import { routePaths } from "./routes";
import { type ServerOptions, serverOptions } from "./server-options";
import { folderNamed, staticFolderOf } from "./syntax";

export type { ServedFile } from "./files";

/** A static folder, and what becomes of it. */
export interface FoundFolder extends Place {
  /** As the source has it: `express.static("public")`. */
  readonly what: string;
  readonly folder: string | undefined;
  readonly mount: string;
  /** Why the function serves it; absent where all clients may have its files. */
  readonly because?: string;
}

/** What an application's source says of its one host. */
export interface FoundSite extends ServerOptions {
  readonly folders: readonly FoundFolder[];
  /** Files that all clients may have. */
  readonly files: readonly ServedFile[];
  /** Paths that the application answers itself. */
  readonly answered: readonly string[];
}

/**
 * Finds what a site serves: static folders, routes, and the paths of Socket.IO's servers.
 *
 * @param root the folder where `npm start` of the application would run it
 * @throws Error if there is no such file
 */
export function findSite(entry: string, root: string): FoundSite {
  const project = readProject(entry);
  const starts = [path.dirname(path.resolve(entry)), root];
  const routes = routePaths(project);
  const files = new Map<string, ServedFile>();
  const others: string[] = [];
  const folders = project.calls.flatMap((call): FoundFolder[] => {
    const found = staticFolderOf(call);
    if (!found) return [];
    const folder = folderNamed(found.argument, project.follow, starts);
    const verdict = judgeFolder(found, project);
    const about = { ...placeOf(call), what: call.getText(), folder };
    if ("because" in verdict) {
      const at = placeOf(verdict.node);
      const because = `${verdict.because} (${at.file}:${at.line})`;
      return [{ ...about, mount: "/", because }];
    }
    const { mount } = verdict;
    if (folder === undefined) {
      return [{ ...about, mount, because: "the source does not say which folder it is" }];
    }
    const listed = listFolder(folder, mount);
    if (!listed) return [{ ...about, mount, because: "it holds a program" }];
    take(listed, routes, files, others);
    return [{ ...about, mount }];
  });
  const answered = [...routes, ...others];
  return { ...serverOptions(project), folders, files: [...files.values()], answered };
}

/** The paths of Socket.IO's servers alone, without a look at folders. */
export function findPaths(entry: string): readonly string[] {
  return serverOptions(readProject(entry)).paths;
}

/** Of two folders the first has a path; a route of that very path may come before it. */
function take(
  { files, others }: FolderFiles,
  routes: readonly string[],
  taken: Map<string, ServedFile>,
  left: string[],
): void {
  left.push(...others);
  for (const file of files) {
    const isRoute = routes.some((one) => covers(one, file.url));
    if (isRoute) left.push(file.url);
    else if (!taken.has(file.url)) taken.set(file.url, file);
  }
}

/** A path of its own, or the part before a parameter. */
function covers(route: string, url: string): boolean {
  return route === url || (route.endsWith("/") && route !== "/" && url.startsWith(route));
}

/** What to say of static folders that the function serves, a line each. */
export function describeFolders({ folders }: FoundSite): string[] {
  return folders.flatMap(({ file, line, column, what, because }) =>
    because === undefined
      ? []
      : [`${file}:${line}:${column}  the http function serves \`${what}\`, not S3: ${because}`],
  );
}

import { readdirSync, statSync } from "node:fs";
import path from "node:path";

/** A file with the path at which clients find it. */
export interface ServedFile {
  readonly url: string;
  readonly file: string;
}

/** What of a folder a site may serve. */
export interface FolderFiles {
  readonly files: readonly ServedFile[];
  /** Paths of files whose names CloudFront or S3 would read otherwise than a server: the function serves them. */
  readonly others: readonly string[];
}

/** Names that are the same in a URL, in a path pattern and in a key of S3. */
const PLAIN = /^[A-Za-z0-9_.-]+$/;
/** Files of a program, which lie beside pages where its whole folder is served. */
const PROGRAM = /^(package\.json|node_modules)$/;

/**
 * Lists a static folder as servers do: without files and folders whose names begin with a dot.
 *
 * @returns undefined where the folder holds a program, which no site should publish by itself
 */
export function listFolder(folder: string, mount: string): FolderFiles | undefined {
  const files: ServedFile[] = [];
  const others: string[] = [];
  const visit = (directory: string, url: string): boolean =>
    readdirSync(directory).every((name) => {
      if (PROGRAM.test(name)) return false;
      if (name.startsWith(".")) return true;
      const file = path.join(directory, name);
      const at = `${url}/${name}`;
      const found = statSync(file, { throwIfNoEntry: false });
      if (found?.isDirectory()) return visit(file, at);
      if (!found?.isFile()) return true;
      if (
        PLAIN.test(name) &&
        at
          .split("/")
          .slice(1)
          .every((part) => PLAIN.test(part))
      )
        files.push({ url: at, file });
      else others.push(at);
      return true;
    });
  return visit(folder, mount === "/" ? "" : mount) ? { files, others } : undefined;
}

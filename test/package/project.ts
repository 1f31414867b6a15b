import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(__dirname, "../..");
const start = promisify(execFile);

/** What a person installs beside the package; in the versions of this clone, which npm's cache has. */
const BESIDE = [
  ...["aws-cdk-lib", "constructs", "express", "socket.io", "socket.io-client"],
  ...["typescript", "@types/node"],
];

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** The tarball as npm publishes it, and a project of a stranger who has installed it. */
export class Project {
  private constructor(
    readonly folder: string,
    readonly bytes: number,
    readonly files: readonly string[],
  ) {}

  static async make(): Promise<Project> {
    const folder = mkdtempSync(path.join(tmpdir(), "lambda-rooms-project-"));
    const args = ["pack", "--json", "--silent", "--pack-destination", folder];
    const { stdout } = await start("npm", args, { cwd: root, maxBuffer: 2 ** 24 });
    const [{ filename, size, files }] = JSON.parse(stdout.slice(stdout.indexOf("[\n")));
    const manifest = { name: "stranger", version: "1.0.0", private: true, dependencies: {} };
    writeFileSync(
      path.join(folder, "package.json"),
      JSON.stringify({
        ...manifest,
        dependencies: { ...versions(), "lambda-rooms": `file:${filename}` },
      }),
    );
    const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
    await start("npm", install, { cwd: folder });
    cpSync(path.join(__dirname, "project"), folder, { recursive: true });
    return new Project(
      folder,
      size,
      files.map(({ path }: { path: string }) => path),
    );
  }

  /** The package's manifest, as it was installed. */
  manifest(): { readonly exports: Readonly<Record<string, unknown>> } {
    const file = path.join(this.folder, "node_modules/lambda-rooms/package.json");
    return JSON.parse(readFileSync(file, "utf8"));
  }

  run(program: string, ...args: string[]): Promise<Ended> {
    return this.#run({}, program, args);
  }

  node(...args: string[]): Promise<Ended> {
    return this.#run({}, process.execPath, args);
  }

  /** Makes the CDK app's stack with an application, as the CDK CLI does. */
  synthesize(entry: string, outdir: string): Promise<Ended> {
    return this.#run({ CDK_OUTDIR: path.join(this.folder, outdir) }, process.execPath, [
      ...["app.cjs", entry],
    ]);
  }

  async #run(more: NodeJS.ProcessEnv, program: string, args: readonly string[]): Promise<Ended> {
    const options = { cwd: this.folder, env: { ...process.env, ...more }, maxBuffer: 2 ** 24 };
    return new Promise((resolve) => {
      const child = execFile(program, args, options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
      );
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function versions(): Record<string, string> {
  return Object.fromEntries(
    BESIDE.map((name) => {
      const file = path.join(root, "node_modules", name, "package.json");
      return [name, JSON.parse(readFileSync(file, "utf8")).version];
    }),
  );
}

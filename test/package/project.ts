import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Packed } from "./packed";

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** The manifest of an installed package, as far as tests look at it. */
export interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** A project of a stranger. */
export class Project {
  constructor(readonly folder: string) {}

  /** A folder with its packages installed, and with the files of a folder beside this file. */
  static async make(
    packed: Packed,
    name: string,
    dependencies: Readonly<Record<string, string>>,
  ): Promise<Project> {
    const project = new Project(packed.folderFor(name));
    const manifest = { name: "stranger", version: "1.0.0", private: true, dependencies };
    writeFileSync(path.join(project.folder, "package.json"), JSON.stringify(manifest));
    const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
    await succeeds(project.run("npm", ...install));
    return project;
  }

  /** Puts the files of a folder beside this file into the project. */
  copy(from: string, to = "."): this {
    cpSync(path.join(__dirname, from), path.join(this.folder, to), { recursive: true });
    return this;
  }

  manifestOf(name: string): Manifest {
    const file = path.join(this.folder, "node_modules", name, "package.json");
    return JSON.parse(readFileSync(file, "utf8"));
  }

  run(program: string, ...args: string[]): Promise<Ended> {
    return this.runWith({}, program, ...args);
  }

  node(...args: string[]): Promise<Ended> {
    return this.run(process.execPath, ...args);
  }

  runWith(more: NodeJS.ProcessEnv, program: string, ...args: string[]): Promise<Ended> {
    const options = { cwd: this.folder, env: { ...process.env, ...more }, maxBuffer: 2 ** 24 };
    return new Promise((resolve) => {
      const child = execFile(program, args, options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
      );
    });
  }

  /** Makes the CDK app's stack with an application, as the CDK CLI does. */
  synthesize(entry: string, outdir: string): Promise<Ended> {
    const more = { CDK_OUTDIR: path.join(this.folder, outdir) };
    return this.runWith(more, process.execPath, "app.cjs", entry);
  }

  /** Runs what serves an application, uses it, and ends it. */
  async serve(command: readonly string[], use: (url: string) => Promise<void>): Promise<void> {
    const [program = "", ...args] = command;
    const child = spawn(program, args, { cwd: this.folder, stdio: ["ignore", "pipe", "inherit"] });
    const url = await readyUrl(child);
    try {
      await use(url);
    } finally {
      child.kill("SIGTERM");
      // Its output ends when the last process of the command has.
      await once(child.stdout, "close");
    }
    await assert.rejects(fetch(url), /fetch failed/);
  }
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      const [, found] = /Page +(http:\/\/\S+?)\/\n[\s\S]*Ctrl-C/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.on("exit", () => reject(new Error(`It ended before it was ready:\n${text}`)));
  });
}

export async function succeeds(ending: Promise<Ended>): Promise<string> {
  const { code, output } = await ending;
  assert.equal(code, 0, output);
  return output;
}

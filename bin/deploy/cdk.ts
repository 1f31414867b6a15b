import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { findPackage, missingPackages } from "../synthesize";

/**
 * The CDK's command, as a program of its own. It was chosen over the library `@aws-cdk/toolkit-lib` by its size: 29 MB
 * and one package, against 136 MB and 142 packages.
 */
export class Cdk {
  #child: ChildProcess | undefined;
  #text = "";

  private constructor(private readonly program: string) {}

  /** @throws Error with the line that installs it */
  static find(doing: string, others: readonly string[] = []): Cdk {
    return new Cdk(cdkProgram(doing, others));
  }

  /** What it has printed. */
  get text(): string {
    return this.#text;
  }

  deploy(assembly: string, changeSet: string): Promise<number> {
    return this.#run([
      ...["deploy", "--all", "--app", assembly, "--require-approval", "never"],
      ...["--progress", "events", "--change-set-name", changeSet],
    ]);
  }

  bootstrap(account: string, region: string): Promise<number> {
    return this.#run(["bootstrap", `aws://${account}/${region}`]);
  }

  stop(): void {
    this.#child?.kill("SIGINT");
  }

  /** @returns its exit code */
  #run(args: readonly string[]): Promise<number> {
    const child = spawn(process.execPath, [this.program, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, CI: "true", NO_COLOR: "1", CDK_DISABLE_CLI_TELEMETRY: "true" },
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        this.#text += chunk;
      });
    }
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
  }
}

/**
 * @param others packages that are missing besides, for the message
 * @returns the file of the CDK's command: of the project, or beside this package
 * @throws Error with the line that installs it
 */
export function cdkProgram(doing: string, others: readonly string[] = []): string {
  const manifest = findPackage("aws-cdk", [path.resolve("package.json"), __filename]);
  if (manifest !== undefined && others.length === 0) {
    return path.join(path.dirname(manifest), "bin", "cdk");
  }
  throw missingPackages(doing, [...(manifest === undefined ? ["aws-cdk"] : []), ...others]);
}

/** Of what the CDK has printed, the lines that say why it failed. */
export function reasonOf(text: string): string {
  const lines = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    .replace(/\u001b\[[0-9;]*m/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(at |NOTICES|\[WARNING\])/.test(line));
  const telling = lines.filter((line) =>
    /error|fail|denied|expired|not authorized|unable|could not|bootstrap|❌/i.test(line),
  );
  return [...new Set((telling.length > 0 ? telling : lines).slice(-4))].join("\n  ");
}

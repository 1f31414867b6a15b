import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { type Bench, type Line, median, type Paced, spreadOf } from "./measure";

/** Where `npm run build` puts the functions. */
const functions = path.join(process.cwd(), "build/functions");

/** Loading each function in a fresh process, against the same packages bundled as they come. */
const RUNS: Paced<number> = { full: 15, quick: 5, smoke: 1 };

export const coldStart: Bench = {
  name: "cold-start",
  about: "bundle and load time of each function, against the packages as they come",
  async run({ pace }) {
    execFileSync("npm", ["run", "--silent", "build"]);
    const naive = bundleNaively();
    const runs = RUNS[pace];
    const baseline = { bytes: statSync(naive).size, ms: median(loads(naive, runs)) };
    const lines: Line[] = [];
    for (const name of readdirSync(functions)) {
      const file = path.join(functions, name, "index.js");
      const { size: bytes } = statSync(file);
      const times = loads(file, runs);
      const ms = median(times);
      lines.push(
        {
          name: `load-${name}`,
          ...{ unit: "ms", value: ms, baseline: baseline.ms, ratio: ms / baseline.ms },
          spread: spreadOf(times),
          note: "to load the function, against the SDK's clients and socket.io bundled as they come",
        },
        {
          name: `bytes-${name}`,
          ...{ unit: "KB", value: bytes / 1000, baseline: baseline.bytes / 1000 },
          ratio: bytes / baseline.bytes,
          note: "its bundle, against the same",
        },
      );
    }
    return lines;
  },
};

/** What a handler imports without further thought. */
function bundleNaively(): string {
  const outfile = path.join(process.cwd(), "build/bench/naive.js");
  const packages = [
    "@aws-sdk/client-dynamodb",
    "@aws-sdk/lib-dynamodb",
    "@aws-sdk/client-sqs",
    "@aws-sdk/client-apigatewaymanagementapi",
    "socket.io",
  ];
  const contents = packages.map((name) => `require(${JSON.stringify(name)});`).join("\n");
  buildSync({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    platform: "node",
    target: "node20",
    minify: true,
    logLevel: "silent",
    outfile,
  });
  return outfile;
}

const environment = {
  PATH: process.env.PATH,
  TABLE_NAME: "table",
  LANE_URL: "https://sqs.us-east-1.amazonaws.com/0/lane.fifo",
  FAN_OUT_URL: "https://sqs.us-east-1.amazonaws.com/0/fan-out.fifo",
  MANAGEMENT_ENDPOINT: "https://api.execute-api.us-east-1.amazonaws.com/prod",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "A",
  AWS_SECRET_ACCESS_KEY: "S",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** Milliseconds to load a file, each in a process of its own. */
function loads(file: string, runs: number): number[] {
  const code =
    "const t = performance.now(); require(process.argv[1]); console.log(performance.now() - t); process.exit()";
  return Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, ["-e", code, file], { env: environment }).toString()),
  );
}

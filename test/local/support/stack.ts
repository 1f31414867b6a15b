import {
  type LocalStack,
  type LocalStackOptions,
  type LogLine,
  startLocalStack,
} from "../../../local";
import { isObject, type JsonObject, parseJson } from "../../../local/json";
import { removeAssemblies, type StackFixture, writeAssembly } from "./assembly";
import { connect } from "./client";
import { webSocketApi } from "./resources";

/** A stack under test, with what its functions printed. */
export interface TestStack extends LocalStack {
  readonly lines: readonly LogLine[];
  readonly assembly: string;
  /** JSON objects that a function printed so far. */
  printed(logicalId: string): JsonObject[];
}

const started: LocalStack[] = [];

/** Starts a stack of a fixture on a free port. Close it with {@link closeStacks}. */
export async function startStack(
  fixture: StackFixture,
  options: Partial<LocalStackOptions> = {},
): Promise<TestStack> {
  const lines: LogLine[] = [];
  const assembly = writeAssembly(fixture);
  const stack = await startLocalStack({
    assembly,
    port: 0,
    log: (line) => void lines.push(line),
    ...options,
    limits: { spareContainers: 1, ...options.limits },
  });
  started.push(stack);
  return {
    ...stack,
    lines,
    assembly,
    printed: (logicalId) =>
      lines
        .filter((line) => line.function === logicalId)
        .map(({ text }) => parseJson(text))
        .filter(isObject),
  };
}

/** A stack whose frames all go to one function. */
export async function startFunction(
  code: string,
  properties: JsonObject = {},
  options: Partial<LocalStackOptions> = {},
) {
  const stack = await startStack(
    {
      functions: { Handler: { code, properties } },
      resources: webSocketApi({ $default: { function: "Handler" } }),
    },
    options,
  );
  const client = await connect(stack.webSocketUrl);
  const send = async (body: string) => {
    const before = stack.statistics().functions.Handler!.invocations;
    client.send(body);
    while (stack.statistics().functions.Handler!.invocations === before) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await stack.idle();
  };
  return { stack, client, send };
}

/** Closes every stack and removes every assembly; to be called after each test or file. */
export async function closeStacks(): Promise<void> {
  await Promise.all(started.splice(0).map((stack) => stack.close()));
  removeAssemblies();
}

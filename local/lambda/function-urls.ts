import { listenLocally } from "../http";
import type { LocalStackOptions, Timings } from "../options";
import { readAssembly } from "../template/assembly";
import type { StackModel } from "../template/model";
import { createFunctionUrlServer, type FunctionUrlTarget } from "./function-url";
import type { Functions } from "./functions";

/** Function URLs before anything else: with their ports, they are in what the template resolves to. */
export async function startFunctionUrls(
  options: Pick<LocalStackOptions, "assembly" | "functionUrlPort">,
  timings: Timings,
  closers: (() => unknown)[],
) {
  const { Resources } = readAssembly(options.assembly).template;
  const targets = new Map<string, FunctionUrlTarget>();
  const urls: Record<string, string> = {};
  for (const [logicalId, { Type }] of Object.entries(Resources)) {
    if (Type !== "AWS::Lambda::Url") continue;
    const create = () => createFunctionUrlServer(() => targets.get(logicalId));
    const wanted = options.functionUrlPort?.(logicalId) ?? 0;
    const { port, stop: stopAll } = await listenLocally(create, wanted);
    urls[logicalId] = `http://localhost:${port}/`;
    closers.push(stopAll);
  }
  const { signatureSkewMs } = timings;
  const connect = ({ functionUrls }: StackModel, functions: Functions) => {
    for (const model of functionUrls) {
      const target = functions.find(model.functionArn, { warm: false });
      targets.set(model.logicalId, { model, target, signatureSkewMs });
    }
  };
  return { urls, connect };
}

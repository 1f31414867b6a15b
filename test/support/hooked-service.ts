import type { JsonService, Output } from "../../src/aws/json-client";

/** One call of a service. */
export interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly onRepeat: (() => void) | undefined;
}

export type Hook = (call: Call, next: (call: Call) => Promise<Output>) => Promise<Output>;

/** A service whose calls tests look at, change, or let fail. The last hook sees a call first. */
export class HookedService implements JsonService {
  readonly hooks: Hook[] = [];

  constructor(private readonly service: JsonService) {}

  call(operation: string, input: object, onRepeat?: () => void): Promise<Output> {
    let send = (call: Call) => this.service.call(call.operation, call.input, call.onRepeat);
    for (const hook of this.hooks) {
      const next = send;
      send = (call) => hook(call, next);
    }
    return send({ operation, input: { ...input }, onRepeat });
  }
}

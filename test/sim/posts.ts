import { AsyncResource } from "node:async_hooks";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { Connections } from "../../src/delivery/connections";
import { ManagementDelivery } from "../../src/delivery/management-delivery";
import type { Poster } from "../../src/delivery/poster";
import type { ConnectionId, Frame } from "../../src/ports";
import type { Gateway } from "./gateway";
import { answer, createHandler, type SdkRequest, sdkSettings } from "./http-handler";
import type { Scheduler } from "./scheduler";

export interface PostOptions {
  readonly scheduler: Scheduler;
  readonly gateway: Gateway;
  /** Told of a post that was delivered and whose sender will not know. */
  readonly onUnsure: (connectionId: string) => void;
}

/** A container's way to its recipients: the real delivery over simulated posts. */
export function createDelivery(options: PostOptions): ManagementDelivery {
  const { scheduler, gateway } = options;
  const client = new ApiGatewayManagementApiClient({
    ...sdkSettings,
    requestHandler: createHandler((request) => manage(scheduler, gateway, request)) as never,
  });
  return new ManagementDelivery(new SimulatedPoster(options), async () => new Connections(client));
}

class SimulatedPoster implements Pick<Poster, "post"> {
  /** Callbacks run in the context of the code that opened the connection to the management API. */
  #connection: AsyncResource | undefined;

  constructor(private readonly options: PostOptions) {}

  post(id: ConnectionId, frame: Frame, done: (status: number) => void): void {
    this.#connection ??= new AsyncResource("management API");
    const connection = this.#connection;
    // The bytes as they are now, as the real one writes them at once.
    const bytes = Buffer.from(frame.bytes);
    void this.options.scheduler
      .call(`post ${id}`, () => this.#carryOut(id, bytes))
      .then((status) => connection.runInAsyncScope(done, undefined, status));
  }

  #carryOut(id: string, bytes: Uint8Array): number {
    const { scheduler, gateway, onUnsure } = this.options;
    const fault = scheduler.faults.post(id);
    if (typeof fault === "number") return fault;
    if (fault === "reset") return 0;
    const status = gateway.post(id, bytes);
    if (fault !== "lose answer") return status;
    onUnsure(id);
    return 0;
  }
}

/** `GET` and `DELETE` of a connection. */
function manage(scheduler: Scheduler, gateway: Gateway, { method, path }: SdkRequest) {
  const id = decodeURIComponent(path.split("/").at(-1) ?? "");
  return scheduler.call(`${method} ${id}`, () => {
    const isThere = method === "GET" ? gateway.exists(id) : gateway.close(id);
    if (!isThere) return answer(410, {}, { "x-amzn-errortype": "GoneException" });
    const now = new Date().toISOString();
    return method === "GET"
      ? answer(200, { connectedAt: now, lastActiveAt: now })
      : { statusCode: 204, headers: {}, body: new Uint8Array() };
  });
}

import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import type { Member } from "../../src/ports";
import { DynamoApplication } from "../../src/store/dynamo/application";
import { DynamoFanOutJobs } from "../../src/store/dynamo/fan-out-jobs";
import { DynamoIsolations } from "../../src/store/dynamo/isolations";
import { protocolOf } from "../../src/store/dynamo/protocol-attribute";
import { DynamoRequests } from "../../src/store/dynamo/requests";
import { DynamoSpendings } from "../../src/store/dynamo/spendings";
import { createStores } from "../../src/store/dynamo/stores";
import { createTable } from "./create-table";
import { FailingWrites } from "./failing-writes";
import type { HookedService } from "./hooked-service";
import type { TestStores } from "./stores";

/** A real table in an in-memory DynamoDB. */
export interface TestTable extends TestStores {
  readonly name: string;
  /** For what tests read and write past the store. */
  readonly dynamo: DynamoDBDocumentClient;
  /** What the store calls. */
  readonly calls: HookedService;
  /** Of its endpoint on this machine. */
  readonly port: number;
  /** Puts items past the store. */
  write(items: readonly Record<string, unknown>[]): Promise<void>;
  items(): Promise<Record<string, unknown>[]>;
}

/** One server for each file of tests, which ends with the file; each test has a table of its own. */
let server: Promise<Server> | undefined;
let tables = 0;

async function startServer(): Promise<Server> {
  const started = dynalite({ createTableMs: 0 }) as unknown as Server;
  started.listen(0, "127.0.0.1");
  await once(started, "listening");
  // Benchmarks have no `afterAll`.
  started.unref();
  return started;
}

globalThis.afterAll?.(async () => {
  (await server)?.close();
});

export async function startTable(): Promise<TestTable> {
  server ??= startServer();
  const { port } = (await server).address() as AddressInfo;
  const name = `rooms-${++tables}`;
  const { client, document: dynamo, calls, table } = await createTable(port, name);
  const items = async () => (await dynamo.send(new ScanCommand({ TableName: name }))).Items ?? [];
  return {
    ...createStores(table),
    fanOutJobs: new DynamoFanOutJobs(table),
    spendings: new DynamoSpendings(table),
    isolations: new DynamoIsolations(table),
    application: new DynamoApplication(table),
    requests: new DynamoRequests(table),
    writes: failingWrites(calls),
    ...{ name, dynamo, calls, port, items },
    write: (put) => table.write({ put }),
    memberships: async () =>
      (await items()).filter(({ p }) => /^[ra]/.test(p as string)).map(readMembership),
    size: async () => (await items()).length,
    close: async () => client.destroy(),
  };
}

function readMembership({ s, c, t, u }: Record<string, unknown>): Member {
  return {
    ...{ socketId: s as string, connectionId: c as string, protocol: protocolOf(t) },
    ...(u === undefined ? {} : { until: u as number }),
  };
}

function failingWrites({ hooks }: HookedService): FailingWrites {
  const writes = new FailingWrites();
  hooks.push(async (call, next) => {
    if (/^(Put|Update|Delete|BatchWrite)/.test(call.operation)) writes.note();
    return next(call);
  });
  return writes;
}

import { SQSClient } from "@aws-sdk/client-sqs";
import type { Server } from "socket.io";
import { defined } from "../src/defined";
import { Host, type HostPorts } from "../src/host/host";
import type { QueuePorts } from "../src/lanes/consume";
import { readSetting } from "../src/settings/read";
import { Resource } from "../src/settings/resources";
import { connectionLimits } from "../src/settings/settings";
import { DynamoIsolations } from "../src/store/dynamo/isolations";
import { createStores } from "../src/store/dynamo/stores";
import {
  composeAllowance,
  composeDelivery,
  composeLanes,
  composeTable,
  composeWorkers,
} from "./compose";
import { holdBatch } from "./escapes";

/**
 * The composition root of the functions that run the application; see `compose.ts`.
 *
 * @param further what only some applications need
 */
export function composeHost(
  io: Server,
  further: Pick<HostPorts, "restoreRequest"> = {},
): { readonly host: Host; readonly queue: QueuePorts } {
  const table = composeTable();
  const sqs = new SQSClient({});
  const workers = composeWorkers(table, sqs);
  const lanes = composeLanes(sqs);
  const allowance = composeAllowance(table);
  const host = Host.attach(io, {
    ...further,
    ...createStores(table),
    ...defined({ workers, allowance }),
    // CloudFormation makes both names with random parts, and no client ever sees them.
    secret: `${process.env[Resource.table]} ${process.env[Resource.lane]}`,
    limits: readSetting(connectionLimits),
    delivery: composeDelivery(),
    lanes,
  });
  return { host, queue: composeQueue(lanes, new DynamoIsolations(table)) };
}

function composeQueue(
  lanes: ReturnType<typeof composeLanes>,
  isolations: QueuePorts["isolations"],
): QueuePorts {
  return {
    isolations,
    deadLetter: (item) => lanes.deadLetter(item),
    forget: (handled) => lanes.forget(handled),
    retrySoon: (failed) => lanes.retrySoon(failed),
    giveBack: (messages) => lanes.giveBack(messages),
    begun: holdBatch,
  };
}

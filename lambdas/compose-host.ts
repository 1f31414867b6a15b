import type { Server } from "socket.io";
import { defined } from "../src/defined";
import {
  ApplicationHost,
  type ApplicationPorts,
  type MakeCopy,
} from "../src/host/application/application-host";
import { Host, type HostPorts } from "../src/host/host";
import type { QueuePorts } from "../src/lanes/consume";
import { readSetting } from "../src/settings/read";
import { Resource } from "../src/settings/resources";
import { connectionLimits, fastTimers } from "../src/settings/settings";
import { DynamoApplication } from "../src/store/dynamo/application";
import { DynamoIsolations } from "../src/store/dynamo/isolations";
import { createStores } from "../src/store/dynamo/stores";
import type { Table } from "../src/store/dynamo/table";
import {
  composeAllowance,
  composeDelivery,
  composeLanes,
  composeSqs,
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
  further: Pick<HostPorts, "restoreRequest" | "memories"> = {},
): { readonly host: Host; readonly queue: QueuePorts } {
  const { ports, queue } = composePorts();
  return { host: Host.attach(io, { ...further, ...ports }), queue };
}

/**
 * Of the function that keeps the application.
 *
 * @param furtherOver what only some applications need, over the table
 */
export function composeApplication(
  makeCopy: MakeCopy,
  furtherOver?: (table: Table) => Pick<ApplicationPorts, "restorerOf" | "routesOf">,
): { readonly host: ApplicationHost; readonly queue: QueuePorts } {
  const { table, ports, queue } = composePorts(process.env[Resource.application]);
  const application = new DynamoApplication(table);
  const further = furtherOver?.(table);
  const own = { application, fastTimers: readSetting(fastTimers) };
  return { host: new ApplicationHost(makeCopy, { ...further, ...ports, ...own }), queue };
}

/** @param consumed see `composeLanes` */
function composePorts(consumed?: string) {
  const table = composeTable();
  const sqs = composeSqs();
  const workers = composeWorkers(table, sqs);
  const lanes = composeLanes(sqs, consumed);
  const allowance = composeAllowance(table);
  const ports: HostPorts = {
    ...createStores(table),
    ...defined({ workers, allowance }),
    // CloudFormation makes both names with random parts, and no client ever sees them.
    secret: `${process.env[Resource.table]} ${process.env[Resource.lane]}`,
    limits: readSetting(connectionLimits),
    delivery: composeDelivery(),
    lanes,
  };
  return { table, ports, queue: composeQueue(lanes, new DynamoIsolations(table)) };
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

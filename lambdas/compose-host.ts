import { SQSClient } from "@aws-sdk/client-sqs";
import type { Server } from "socket.io";
import { Host } from "../src/host/host";
import { Env } from "../src/names";
import { createStores } from "../src/store/stores";
import {
  composeAllowance,
  composeConnectionLimits,
  composeDelivery,
  composeLanes,
  composeTable,
  composeWorkers,
} from "./compose";
import { watchEscapes } from "./escapes";

/** The application with everything around it, for the functions that run it. */
export function composeHost(io: Server) {
  watchEscapes();
  const table = composeTable();
  const sqs = new SQSClient({});
  const workers = composeWorkers(table, sqs);
  const lanes = composeLanes(sqs);
  const allowance = composeAllowance(table);
  const host = Host.attach(io, {
    ...createStores(table),
    ...(workers ? { workers } : {}),
    ...(allowance ? { allowance } : {}),
    // CloudFormation makes both names with random parts, and no client ever sees them.
    secret: `${process.env[Env.table]} ${process.env[Env.lane]}`,
    limits: composeConnectionLimits(),
    delivery: composeDelivery(),
    lanes,
  });
  return { host, table, lanes };
}

import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import path from "node:path";
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { paginateQuery } from "@aws-sdk/lib-dynamodb";
import { fanOut } from "../src/delivery/fan-out";
import { ManagementDelivery } from "../src/delivery/management-delivery";
import { Poster } from "../src/delivery/poster";
import { membershipItem } from "../src/store/dynamo/items";
import { membershipKey } from "../src/store/dynamo/keys";
import { createStores } from "../src/store/dynamo/stores";
import { createFrame } from "../src/wire/frame";
import { createTable, TABLE } from "../test/support/create-table";
import { credentials, region } from "./credentials";
import {
  type Bench,
  cpuOf,
  type Line,
  median,
  type Paced,
  spreadOf,
  startProcess,
} from "./measure";

/**
 * A broadcast from the table to the last answer: members are read page by page from a DynamoDB on this
 * machine and posted over TLS to a management API that answers after 15 ms. The usual code reads all
 * members and then posts with the SDK.
 */
const SIZES: Paced<readonly number[]> = {
  full: [1000, 10_000, 100_000],
  quick: [1000],
  smoke: [100],
};

export const broadcast: Bench = {
  name: "broadcast",
  about: "a broadcast to 1,000, 10,000 and 100,000 members, from the table to the last answer",
  async run({ pace, log }) {
    const sink = await startProcess("sink.js", "tls", "15");
    const database = await startProcess("table-server.js");
    try {
      const setting = await prepare(sink.port, database.port);
      const lines: Line[] = [];
      let filled = 0;
      for (const members of SIZES[pace]) {
        log(`filling a room with ${members} members …`);
        await setting.fill(filled, members);
        filled = members;
        lines.push(...(await compare(setting, members)));
      }
      return lines;
    } finally {
      sink.process.kill();
      database.process.kill();
    }
  },
};

const text = `42["message","${"x".repeat(184)}"]`;

type Setting = Awaited<ReturnType<typeof prepare>>;

async function prepare(sinkPort: number, databasePort: number) {
  const ca = readFileSync(path.join(process.cwd(), "bench/certificate/cert.pem"));
  const { document, table } = await createTable(databasePort);
  const { store } = createStores(table);
  const endpoint = `https://localhost:${sinkPort}/prod`;
  const poster = new Poster({
    endpoint,
    region,
    credentials: () => credentials,
    tlsOptions: { ca },
  });
  const delivery = new ManagementDelivery(poster, () =>
    Promise.reject(new Error("No rare calls here")),
  );
  const sdk = new ApiGatewayManagementApiClient({
    ...{ endpoint, region, credentials },
    requestHandler: { httpsAgent: new Agent({ ca, keepAlive: true, maxSockets: 50 }) },
  });

  return {
    async fill(from: number, to: number) {
      for (let start = from; start < to; start += 1000) {
        const put = Array.from({ length: Math.min(1000, to - start) }, (_, n) => {
          const id = (start + n).toString(36).padStart(14, "A");
          const address = {
            ...{ namespace: "/", socketId: `${id}xxAAAB`, connectionId: `${id}b=` },
            protocol: "socket.io" as const,
          };
          return membershipItem(membershipKey("/", "room", address.socketId), address);
        });
        await table.write({ put });
      }
    },
    /** Ours. */
    async broadcast() {
      const frames = [createFrame(text)];
      const receipt = await fanOut(delivery, {
        pages: store.members("/", "room"),
        frames: () => frames,
        onGone: () => {},
      });
      return receipt.delivered;
    },
    /** As it is usually written. */
    async usual() {
      const ids: string[] = [];
      const query = {
        TableName: TABLE,
        KeyConditionExpression: "p = :p",
        ExpressionAttributeValues: { ":p": "r/,sroom" },
      };
      for await (const { Items = [] } of paginateQuery({ client: document }, query)) {
        ids.push(...Items.map(({ c }) => c as string));
      }
      const Data = text;
      await Promise.all(
        ids.map((ConnectionId) => sdk.send(new PostToConnectionCommand({ ConnectionId, Data }))),
      );
      return ids.length;
    },
  };
}

async function compare(setting: Setting, members: number): Promise<Line[]> {
  const measure = async (work: () => Promise<number>) => {
    const { cpuUs, ms } = await cpuOf(async () => {
      const reached = await work();
      if (reached !== members) throw new Error(`Reached ${reached} of ${members}`);
    });
    return { cpuUs: cpuUs / members, ms };
  };
  await setting.broadcast();
  // The usual code needs a minute and more for a hundred thousand.
  const usual =
    members <= 10_000 ? [await measure(setting.usual), await measure(setting.usual)] : [];
  const ours = [];
  for (let run = 0; run < 5; run++) ours.push(await measure(setting.broadcast));
  const times = ours.map(({ ms }) => ms);
  const cpu = median(ours.map(({ cpuUs }) => cpuUs));
  const compared = (value: number, of: readonly number[]) =>
    of.length === 0 ? {} : { baseline: median(of), ratio: median(of) / value };
  return [
    {
      name: `broadcast-${members}`,
      ...{ unit: "ms", value: median(times), spread: spreadOf(times) },
      ...compared(
        median(times),
        usual.map(({ ms }) => ms),
      ),
      note: "from the first read to the last answer, against reading all and the SDK's Promise.all",
    },
    {
      name: `broadcast-${members}-cpu`,
      ...{ unit: "µs", value: cpu },
      ...compared(
        cpu,
        usual.map(({ cpuUs }) => cpuUs),
      ),
      note: "CPU for each member, reading included",
    },
  ];
}

import { EventEmitter, once } from "node:events";
import type { Server } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand, type ScanCommandOutput } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import type { Item } from "../../src/store/dynamo/item";
import { Table } from "../../src/store/dynamo/table";
import { createTable, TABLE } from "../support/create-table";
import { currentContainer } from "./container";
import {
  answer,
  bodyOf,
  createHandler,
  headersOf,
  lostAnswer,
  type SdkRequest,
  type SdkResponse,
  sdkSettings,
} from "./http-handler";
import type { Scheduler } from "./scheduler";

/** dynalite wants to see a signature and does not check it. */
const signed = {
  "x-amz-date": "20300101T000000Z",
  authorization:
    "AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
};

const CORAL = "com.amazonaws.dynamodb.v20120810";

/** DynamoDB in this process: dynalite behind the SDK, without a network between them. */
export class Database {
  private constructor(private readonly server: Server) {}

  /** Before time is virtual, since making a table takes some. */
  static async start(): Promise<Database> {
    const server = dynalite({ createTableMs: 0 }) as unknown as Server;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { client } = await createTable((server.address() as { port: number }).port);
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.destroy();
    const database = new Database(server);
    // The first call of a process reads the SDK's configuration from files.
    await database.items();
    return database;
  }

  close(): Promise<unknown> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** The table as one container reaches it. */
  table(scheduler: Scheduler): Table {
    return new Table(
      this.#client((request) => this.#call(scheduler, request)),
      TABLE,
    );
  }

  /** The table at once and without faults. */
  calm(): Table {
    return new Table(
      this.#client((request) => this.#serve(request)),
      TABLE,
    );
  }

  /** All that the table holds, at once and without faults. */
  async items(): Promise<Item[]> {
    const client = this.#client((request) => this.#serve(request));
    const items: Item[] = [];
    let from: Item | undefined;
    // A scan answers 1 MB at a time, which the log of a long run exceeds.
    do {
      const page: ScanCommandOutput = await client.send(
        new ScanCommand({ TableName: TABLE, ...(from && { ExclusiveStartKey: from }) }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  }

  #client(serve: (request: SdkRequest) => Promise<SdkResponse>): DynamoDBDocumentClient {
    const client = new DynamoDBClient({
      ...sdkSettings,
      requestHandler: createHandler(serve) as never,
    });
    return DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    });
  }

  #call(scheduler: Scheduler, request: SdkRequest): Promise<SdkResponse> {
    const [, operation] = headersOf(request)["x-amz-target"]?.split(".") ?? [];
    const container = currentContainer();
    return scheduler.call(`dynamodb ${operation}`, async () => {
      const fault = scheduler.faults.call(container, scheduler.clock.now);
      scheduler.note(`${fault ?? "carried out"}: ${bodyOf(request).slice(0, 600)}`);
      if (fault === "throttle") return answer(400, { __type: `${CORAL}#ThrottlingException` });
      if (fault === "fail") return answer(500, { __type: `${CORAL}#InternalServerError` });
      const response = await this.#serve(request);
      if (fault === "lose answer") throw lostAnswer();
      return response;
    });
  }

  #serve(request: SdkRequest): Promise<SdkResponse> {
    return new Promise((resolve) => {
      const headers: Record<string, string> = {};
      const incoming = Object.assign(new EventEmitter(), {
        ...{ method: "POST", url: "/", headers: { ...headersOf(request), ...signed } },
      });
      const outgoing = {
        statusCode: 200,
        setHeader(name: string, value: unknown) {
          headers[name.toLowerCase()] = String(value);
        },
        end(text = "") {
          const { statusCode } = outgoing;
          resolve({ statusCode, headers, body: Buffer.from(text) });
        },
      };
      this.server.emit("request", incoming, outgoing);
      incoming.emit("data", Buffer.from(bodyOf(request)));
      incoming.emit("end");
    });
  }
}

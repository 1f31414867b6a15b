import { EventEmitter, once } from "node:events";
import type { Server } from "node:http";
import dynalite from "dynalite";
import { type AttributeMap, fromAttributes } from "../../src/aws/attribute-values";
import type { Answer, JsonService } from "../../src/aws/json-client";
import type { Item } from "../../src/store/dynamo/item";
import { Table } from "../../src/store/dynamo/table";
import { createTable, TABLE } from "../support/create-table";
import { currentContainer } from "./container";
import type { Scheduler } from "./scheduler";
import { answer, clientOf, lostAnswer, type Request } from "./service";

/** dynalite wants to see a signature and does not check it. */
const signed = {
  "x-amz-date": "20300101T000000Z",
  authorization:
    "AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
};

const CORAL = "com.amazonaws.dynamodb.v20120810";

/** DynamoDB in this process: dynalite behind the functions' client, without a network between them. */
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
    return new Database(server);
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
    let from: unknown;
    // A scan answers 1 MB at a time, which the log of a long run exceeds.
    do {
      const more = from ? { ExclusiveStartKey: from } : {};
      const page = await client.call("Scan", { TableName: TABLE, ...more });
      items.push(...(page.Items as AttributeMap[]).map(fromAttributes));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  }

  #client(serve: (request: Request) => Promise<Answer>): JsonService {
    return clientOf("dynamodb", serve);
  }

  #call(scheduler: Scheduler, request: Request): Promise<Answer> {
    const { operation, body } = request;
    const container = currentContainer();
    return scheduler.call(`dynamodb ${operation}`, async () => {
      const fault = scheduler.faults.call(container, scheduler.clock.now);
      scheduler.note(`${fault ?? "carried out"}: ${body.slice(0, 600)}`);
      if (fault === "throttle") return answer(400, { __type: `${CORAL}#ThrottlingException` });
      if (fault === "fail") return answer(500, { __type: `${CORAL}#InternalServerError` });
      const response = await this.#serve(request);
      if (fault === "lose answer") return lostAnswer();
      return response;
    });
  }

  #serve({ operation, body }: Request): Promise<Answer> {
    return new Promise((resolve) => {
      const headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        ...signed,
      };
      const incoming = Object.assign(new EventEmitter(), { method: "POST", url: "/", headers });
      const outgoing = {
        statusCode: 200,
        setHeader() {},
        end(text = "") {
          resolve({ status: outgoing.statusCode, head: "", body: text.toString() });
        },
      };
      this.server.emit("request", incoming, outgoing);
      incoming.emit("data", Buffer.from(body));
      incoming.emit("end");
    });
  }
}

import { type Answer, JsonClient, SDK_RETRIES, type Transport } from "../../src/aws/json-client";

/** A request of a service's client. */
export interface Request {
  readonly operation: string;
  readonly body: string;
}

/** The functions' own client, with its retries, over a service in this process. */
export function clientOf(
  service: keyof typeof SDK_RETRIES,
  serve: (request: Request) => Promise<Answer>,
): JsonClient {
  const transport: Transport = {
    send: (operation, body) => serve({ operation, body }),
    skewMs: 0,
    close() {},
  };
  return new JsonClient(transport, SDK_RETRIES[service]);
}

export function answer(status: number, body: object): Answer {
  return { status, head: "", body: JSON.stringify(body) };
}

/** A connection that broke before the answer was there. */
export function lostAnswer(): Answer {
  return { lost: "The connection broke" };
}

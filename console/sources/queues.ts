import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DeadLetter, Done, QueueRow } from "../source";
import { redrive } from "./redrive";

/** While the console reads dead letters, other readers do not see them. */
const LOOK_SECONDS = 20;
const PAGE = 10;
const MOST_LETTERS = 50;

interface Known {
  readonly url: string;
  readonly arn: string;
  readonly row: QueueRow;
}

/** Lanes and dead letters, by SQS's API. */
export class QueueReader {
  /** @param urls of all queues of the stack */
  constructor(
    private readonly sqs: SQSClient,
    private readonly urls: readonly string[],
  ) {}

  async rows(): Promise<readonly QueueRow[]> {
    return (await this.#read()).map(({ row }) => row);
  }

  /**
   * Looks at dead letters without taking them. SQS counts that as a receive. Of each lane it shows ten at most: a FIFO
   * group gives no more while some are out.
   */
  async deadLetters(name: string): Promise<readonly DeadLetter[]> {
    const { url } = await this.#find(name);
    const seen: Message[] = [];
    try {
      while (seen.length < MOST_LETTERS) {
        const { Messages: some = [] } = await this.sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: url,
            MaxNumberOfMessages: PAGE,
            VisibilityTimeout: LOOK_SECONDS,
            MessageSystemAttributeNames: ["All"],
          }),
        );
        if (some.length === 0) break;
        seen.push(...some);
      }
    } finally {
      await this.#putBack(url, seen);
    }
    return seen.map(letterOf);
  }

  async redrive(name: string): Promise<Done> {
    const { arn } = await this.#find(name);
    const moved = await redrive(this.sqs, arn);
    return { message: `Moved ${moved} ${moved === 1 ? "message" : "messages"} back to the queue` };
  }

  async #putBack(url: string, messages: readonly Message[]): Promise<void> {
    for (let start = 0; start < messages.length; start += PAGE) {
      const Entries = messages.slice(start, start + PAGE).map(({ ReceiptHandle }, place) => ({
        ...{ Id: String(place), ReceiptHandle, VisibilityTimeout: 0 },
      }));
      await this.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
    }
  }

  async #find(name: string): Promise<Known> {
    const found = (await this.#read()).find(({ row }) => row.name === name);
    if (found) return found;
    throw new Error(`Cannot read a queue: expected one of the stack, got ${name}`);
  }

  async #read(): Promise<Known[]> {
    const all = await Promise.all(
      this.urls.map(async (url) => {
        const { Attributes = {} } = await this.sqs.send(
          new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }),
        );
        return { url, attributes: Attributes as Record<string, string | undefined> };
      }),
    );
    const sources = new Map<string, string[]>();
    for (const { url, attributes } of all) {
      const policy = JSON.parse(attributes.RedrivePolicy ?? "{}") as Record<string, unknown>;
      const { deadLetterTargetArn: target } = policy;
      if (typeof target === "string") {
        sources.set(target, [...(sources.get(target) ?? []), nameOf(url)]);
      }
    }
    return all.map(({ url, attributes }) => {
      const arn = attributes.QueueArn ?? "";
      const deadLettersOf = sources.get(arn) ?? [];
      const count = (name: string) => Number(attributes[`ApproximateNumberOfMessages${name}`] ?? 0);
      const name = nameOf(url);
      const row = {
        ...{ name, what: kindOf(name, deadLettersOf.length > 0), deadLettersOf },
        ...{ waiting: count(""), inFlight: count("NotVisible"), delayed: count("Delayed") },
      };
      return { url, arn, row };
    });
  }
}

function nameOf(url: string): string {
  return url.split("/").at(-1) ?? url;
}

/** The names are CloudFormation's, made of the construct's. */
function kindOf(name: string, isDeadLetters: boolean): QueueRow["what"] {
  if (isDeadLetters || /DeadLetters/i.test(name)) return "dead letters";
  if (/Delays/i.test(name)) return "delays";
  if (/FanOut|Slices/i.test(name)) return "slices";
  if (/Application/i.test(name)) return "application";
  return /Lane/i.test(name) ? "lane" : "queue";
}

function letterOf({ MessageId, Body = "", Attributes = {} }: Message): DeadLetter {
  const sent = Number(Attributes.SentTimestamp);
  return {
    ...{ id: MessageId ?? "", body: Body, group: Attributes.MessageGroupId },
    sentAt: Number.isFinite(sent) ? sent : undefined,
    receives: Number(Attributes.ApproximateReceiveCount ?? 0),
  };
}

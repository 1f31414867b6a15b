import type { AwsCalls } from "../aws/calls";
import { type LogLine, readLine } from "./lines";

/** A log group, and the plain name of what writes to it. */
export interface LogGroup {
  readonly name: string;
  readonly group: string;
}

/** CloudWatch shows a line some seconds after it was written, and those of several streams in any order. */
const LATE_MS = 15_000;

interface Page {
  readonly events?: readonly { eventId: string; timestamp: number; message: string }[];
  readonly nextToken?: string;
}

/** Lines of several log groups. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export class LogReader {
  readonly #seen = new Map<string, number>();
  #from: number;

  constructor(
    private readonly calls: AwsCalls,
    private readonly groups: readonly LogGroup[],
    private readonly filter: string | undefined,
    from: number,
  ) {
    this.#from = from;
  }

  /** What has come since the last time, the oldest first. */
  async next(): Promise<LogLine[]> {
    const all = await Promise.all(this.groups.map((group) => this.#read(group)));
    const lines = all.flat().sort((a, b) => a.at - b.at);
    const newest = lines.at(-1)?.at ?? 0;
    this.#from = Math.max(this.#from, newest - LATE_MS);
    for (const [id, at] of this.#seen) if (at < this.#from) this.#seen.delete(id);
    return lines;
  }

  async #read({ name, group }: LogGroup): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    let nextToken: string | undefined;
    do {
      const page: Page = await this.calls.json("logs", "Logs_20140328.FilterLogEvents", {
        ...{ logGroupName: group, startTime: this.#from },
        ...(this.filter !== undefined && { filterPattern: this.filter }),
        ...(nextToken !== undefined && { nextToken }),
      });
      for (const { eventId, timestamp, message } of page.events ?? []) {
        if (this.#seen.has(eventId)) continue;
        this.#seen.set(eventId, timestamp);
        lines.push(readLine(name, { at: timestamp, text: message.trimEnd() }));
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return lines;
  }
}

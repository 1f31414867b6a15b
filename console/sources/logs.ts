import type { AwsCalls } from "../../bin/aws/calls";
import type { StackResource as Resource } from "../../bin/aws/stack";
import type { EventFilter, Passed, Problem } from "../source";
import { shortName } from "./names";
import { Problems } from "./problems";

const POLL_MS = 2_000;
/** Lines arrive late, and not in order. */
const OVERLAP_MS = 15_000;
const HOUR_MS = 3_600_000;
const FRESH_MS = 30_000;
const MOST_SEEN = 5_000;

interface LogEvent {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
}

interface Group {
  readonly name: string;
  /** Of its function. */
  readonly function: string;
}

/** What the functions of a deployment log: CloudWatch Logs, read with the user's own credentials. Untried on AWS. */
export class DeployedLogs {
  readonly #groups: readonly Group[];
  readonly #problems = new Problems();
  readonly #seen = new Set<string>();
  readonly #texts = new Map<number, string>();
  #readAt = 0;
  #lastId = 0;

  constructor(
    private readonly calls: AwsCalls,
    resources: readonly Resource[],
  ) {
    this.#groups = groupsOf(resources);
  }

  /** Warnings and errors of the last hour. */
  async problems(): Promise<readonly Problem[]> {
    const now = Date.now();
    if (now - this.#readAt > FRESH_MS) {
      const since = this.#readAt === 0 ? now - HOUR_MS : this.#readAt - OVERLAP_MS;
      this.#readAt = now;
      const pattern = '{ $.level = "WARN" || $.level = "ERROR" || $.level = "FATAL" }';
      for (const [group, event] of await this.#read(since, pattern)) {
        if (this.#isNew(`problem ${event.eventId}`)) {
          this.#problems.read(group.function, event.message, event.timestamp);
        }
      }
    }
    return this.#problems.all;
  }

  /** Follows the logs: what the level of the functions lets through. */
  listen(filter: EventFilter, hear: (batch: readonly Passed[], left: number) => void): () => void {
    let isStopped = false;
    let since = Date.now();
    let timer: NodeJS.Timeout | undefined;
    const seen = new Set<string>();
    const look = async () => {
      const now = Date.now();
      try {
        const lines = await this.#read(since - OVERLAP_MS, "{ $.level = * }");
        since = now;
        const fresh = lines.filter(([, { eventId }]) => !seen.has(eventId) && seen.add(eventId));
        const passed = fresh.flatMap(([group, event]) => this.#passed(group, event, filter));
        if (!isStopped && passed.length > 0) hear(passed, 0);
      } catch {
        // Throttled, most likely: the next look has these lines too.
      }
      if (!isStopped) timer = setTimeout(look, POLL_MS);
      timer?.unref();
    };
    void look();
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }

  /** The line of an id. */
  payload(id: number): string | undefined {
    return this.#texts.get(id);
  }

  #passed({ function: name }: Group, event: LogEvent, filter: EventFilter): Passed[] {
    const { level, message } = readLine(event.message);
    if (level === undefined) return [];
    const { message: said, namespace, socketId, connectionId, rooms } = message;
    const passed: Passed = {
      ...{ id: ++this.#lastId, at: event.timestamp, direction: "out", kind: level.toLowerCase() },
      ...{ name: said ?? "", namespace: namespace ?? "", bytes: Buffer.byteLength(event.message) },
      ...{ socket: socketId ?? connectionId ?? name, connectionId: connectionId ?? "" },
      ...{ count: 1, failed: 0 },
    };
    const isWanted =
      (!filter.namespace || filter.namespace === namespace) &&
      (!filter.socket || filter.socket === socketId || filter.socket === connectionId) &&
      (!filter.event || passed.name.toLowerCase().includes(filter.event.toLowerCase())) &&
      (!filter.room || [rooms ?? []].flat().map(String).includes(filter.room)) &&
      filter.direction !== "in";
    if (!isWanted) return [];
    this.#texts.set(passed.id, event.message);
    this.#texts.delete(passed.id - MOST_SEEN);
    return [passed];
  }

  #isNew(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= MOST_SEEN) break;
      this.#seen.delete(oldest);
    }
    return true;
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
  async #read(since: number, filterPattern: string): Promise<(readonly [Group, LogEvent])[]> {
    const target = "Logs_20140328.FilterLogEvents";
    const all = await Promise.all(
      this.#groups.map(async (group) => {
        const request = { logGroupName: group.name, startTime: since, filterPattern };
        const { events = [] } = await this.calls.json<{ events?: readonly LogEvent[] }>(
          ...(["logs", target, request] as const),
        );
        return events.map((event) => [group, event] as const);
      }),
    );
    return all.flat().sort(([, a], [, b]) => a.timestamp - b.timestamp);
  }
}

/** The log group of each function has the function's name in its own logical id. */
function groupsOf(resources: readonly Resource[]): Group[] {
  return resources.flatMap(({ type, logicalId, physicalId }) => {
    const [, of] = /Functions(\w+?)(?:Logs?|LogGroup)[0-9A-F]{8}$/.exec(logicalId) ?? [];
    if (type !== "AWS::Logs::LogGroup" || of === undefined) return [];
    return [{ name: physicalId, function: shortName(of).toLowerCase() }];
  });
}

interface Line {
  readonly level?: string;
  readonly message: {
    readonly message?: string;
    readonly namespace?: string;
    readonly socketId?: string;
    readonly connectionId?: string;
    readonly rooms?: unknown;
  };
}

function readLine(text: string): Line {
  try {
    const { level, message } = JSON.parse(text);
    if (typeof level !== "string") return { message: {} };
    if (typeof message === "string") return { level, message: { message } };
    return { level, message: message ?? {} };
  } catch {
    return { message: {} };
  }
}

import type { QueueModel } from "../template/model";
import { nonExistentQueue } from "./errors";
import { Queue } from "./queue";
import type { QueueTimings } from "./timings";

/** All queues of a stack. */
export class Queues {
  readonly all: readonly Queue[];

  constructor(models: readonly QueueModel[], timings: QueueTimings) {
    this.all = models.map((model) => new Queue(model, timings));
    for (const queue of this.all) {
      const target = queue.model.deadLetter?.arn;
      queue.deadLetterQueue = this.all.find(({ model }) => model.arn === target);
    }
  }

  /** The queue of a URL, whatever host the URL names: only account and queue name matter. */
  byUrl(url: string): Queue {
    return this.byName(url.split("/").at(-1) ?? "");
  }

  /** The queue of a name, or the error that SQS answers. */
  byName(name: string): Queue {
    const queue = this.all.find(({ model }) => model.name === name);
    if (queue === undefined) throw nonExistentQueue();
    return queue;
  }

  /** The queue of an ARN of the template. */
  byArn(arn: string): Queue {
    const queue = this.all.find(({ model }) => model.arn === arn);
    if (queue === undefined)
      throw new Error(`Cannot read from ${arn}: expected a queue of the template`);
    return queue;
  }

  /** Queues to which others send what they could not get rid of. */
  get deadLetter(): Queue[] {
    return this.all.filter((queue) => this.all.some((other) => other.deadLetterQueue === queue));
  }

  /** Stops all timers. */
  close(): void {
    for (const queue of this.all) queue.close();
  }
}

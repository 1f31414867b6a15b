import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Random } from "./random";
import type { Sequence } from "./sequence";

const FOLDER = path.join(__dirname, "corpus");
/** Longer ones are made again from time to time, and would only fill the memory. */
const MAX_LENGTH = 20_000;
/** Longest entry, and size, of what is stored. */
const MAX_ENTRY = 1500;
const MAX_BYTES = 180_000;

interface Entry {
  readonly sequence: Sequence;
  readonly text: string;
}

/** Inputs that have shown something new: the best to go on from. */
export class Corpus {
  readonly #byFeature = new Map<string, Entry>();
  #entries: Sequence[] = [];

  get size(): number {
    return this.#entries.length;
  }

  get features(): number {
    return this.#byFeature.size;
  }

  /** Keeps a sequence if it shows what none has shown, or as much with less. */
  offer(sequence: Sequence, features: ReadonlySet<string>): void {
    let entry: Entry | undefined;
    for (const feature of features) {
      const known = this.#byFeature.get(feature);
      if (known && known.text.length < 2000) continue;
      entry ??= { sequence, text: JSON.stringify(sequence) };
      if (entry.text.length > MAX_LENGTH) return;
      if (!known || entry.text.length < known.text.length / 2) this.#byFeature.set(feature, entry);
    }
    if (entry) this.#entries = [...new Set(this.#byFeature.values())].map((one) => one.sequence);
  }

  pick(random: Random): Sequence {
    return random.pick(this.#entries);
  }

  /** Writes the shortest sequences that together show most. */
  save(file: string): void {
    const small = [...new Set(this.#byFeature.values())]
      .map(({ text }) => text)
      .filter((text) => text.length <= MAX_ENTRY)
      .sort((a, b) => a.length - b.length);
    let bytes = 0;
    const kept = small.filter((text) => {
      bytes += Buffer.byteLength(text) + 1;
      return bytes <= MAX_BYTES;
    });
    writeFileSync(path.join(FOLDER, file), `${kept.join("\n")}\n`);
  }
}

/** The sequences that are kept with the tests. */
export function storedSequences(): Sequence[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(path.join(FOLDER, name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Sequence);
}

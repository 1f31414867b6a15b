import type { Heard } from "./receiver";
import type { Attacker, Batch } from "./sequence";

/** What an attacker has left, it may not hear from until it comes back. */
export class Departures {
  readonly #left = new Map<Attacker, Set<string>>();
  readonly #heard = new Map<Attacker, number>();

  /** Call after each batch; what clients heard from where no attacker is any more. */
  note({ frames }: Batch, heardBy: (attacker: Attacker) => readonly Heard[]): string[] {
    const wrong: string[] = [];
    for (const attacker of new Set(frames.map(([from]) => from))) {
      // Whatever might join something puts an end to what is known.
      const texts = frames.filter(([from]) => from === attacker).map(([, text]) => text);
      if (texts.some((text) => /^40|connect"/.test(text))) this.#left.delete(attacker);
    }
    for (const attacker of this.#left.keys())
      wrong.push(...this.#unlawful(attacker, heardBy(attacker)));
    for (const attacker of new Set(frames.map(([from]) => from))) {
      // What comes after it in the same batch may be a return.
      const last = frames.findLast(([from]) => from === attacker);
      if (last) this.#noteLeaving(...last);
    }
    for (const [attacker] of this.#left) this.#heard.set(attacker, heardBy(attacker).length);
    return wrong;
  }

  #unlawful(attacker: Attacker, heard: readonly Heard[]): string[] {
    const left = this.#left.get(attacker);
    return heard
      .slice(this.#heard.get(attacker) ?? heard.length)
      .filter(({ type, nsp }) => (type === 2 || type === "event") && left?.has(nsp))
      .map(({ nsp }): string => `${attacker} has left ${nsp} and heard an event of it`);
  }

  #noteLeaving(attacker: Attacker, text: string): void {
    const [, namespace = "/"] = /^41~?(?:(\/[^,]*),)?$/.exec(text) ?? [undefined, ""];
    if (namespace === "") return;
    const left = this.#left.get(attacker) ?? new Set();
    this.#left.set(attacker, left.add(namespace));
  }
}

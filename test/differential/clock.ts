/** The time of both servers: it stands still while they work. */
export class StandingClock {
  now = Date.UTC(2030, 0, 1);
  readonly #real = Date.now;

  constructor() {
    Date.now = () => this.now;
  }

  restore(): void {
    Date.now = this.#real;
  }
}

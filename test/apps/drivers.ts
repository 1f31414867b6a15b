import { httpDrivers } from "./http-drivers";
import type { TestClient } from "./play";

/** What a client does with each application; its folder in `cases/` has the same name. */
export const drivers: Record<string, (client: TestClient) => Promise<unknown>> = {
  ...httpDrivers,
  "no-export": (client) => client.ask("hi", "Ann"),
  factory: (client) => client.ask("word", 1),
  class: (client) => client.ask("say", "lobby", "good morning"),
  typescript: (client) => client.ask("name"),
  "top-level-await": (client) => client.ask("word", 1),
  "export-default": (client) => client.ask("hi"),
  "two-servers": async () => undefined,
  "own-cors": async () => undefined,
  packages: (client) => client.ask("kinds"),
  "own-socket-io": (client) => client.ask("hi"),
  "file-beside": (client) => client.ask("word", 1),
  "listen-callback": (client) => client.ask("word", 1),
  "io-listen": async () => undefined,
  "stack-trace": (client) => client.ask("fail"),
};

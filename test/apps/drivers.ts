import { createHmac } from "node:crypto";
import type { Driver } from "./play";

/** What a client does with each application; its folder in `cases/` has the same name. */
export const drivers: Record<string, Driver> = {
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
  "listen-callback": {
    // For a moment it listens and does not hear of clients yet: they would wait for their welcome for ever.
    options: { reconnectionDelay: 1000, reconnectionDelayMax: 5000 },
    drive: (client) => client.ask("word", 1),
  },
  "io-listen": async () => undefined,
  "engine-use": {
    options: withKey("secret"),
    drive: async ({ ask, enter }) => [
      await ask("who"),
      await ask("who"),
      await enter(withKey("wrong")),
      await enter({}),
      await enter(withKey("throw")),
      await enter(withKey("refuse")),
      await enter(withKey("secret"), "who"),
    ],
  },
  "allow-request": {
    options: withKey("secret"),
    drive: async ({ ask, enter }) => [
      await ask("who"),
      await enter({}),
      await enter(withKey("secret"), "who"),
    ],
  },
  "session-handshake": {
    options: { extraHeaders: { cookie: "name=ann" } },
    drive: async ({ ask, enter }) => [
      await ask("who"),
      await ask("who"),
      await enter({ extraHeaders: { cookie: "name=" } }),
    ],
  },
  "late-lock": {
    options: withKey("secret"),
    drive: async ({ enter }) => [await enter({}), await enter(withKey("secret"))],
  },
  folders: async ({ ask }) => [
    await ask("page", "<ada>"),
    await ask("data", ["a.txt", "deep/b.txt"]),
  ],
  "use-before-listen": {
    options: { auth: { key: "secret" } },
    drive: ({ enter }) => enter({ auth: { key: "wrong" } }),
  },
  cluster: async () => undefined,
  sessions: {
    options: { extraHeaders: { cookie: signedCookie("abc") } },
    drive: async ({ ask, enter }) => [
      await ask("who"),
      await ask("who"),
      await enter({}),
      await enter({ extraHeaders: { cookie: "connect.sid=s%3Aabc.forged" } }),
      await enter({ extraHeaders: { cookie: signedCookie("another") } }),
    ],
  },
  "optional-package": (client) => client.ask("late"),
  "io-of-lock": {
    options: { query: { key: "secret" } },
    drive: async ({ ask, enter }) => [
      await ask("key"),
      await enter({}),
      await enter({ query: { key: "other" } }),
      await enter({ query: { key: "secret" } }, "key"),
    ],
  },
  "relative-paths": (client) => client.ask("stream"),
  "stack-trace": (client) => client.ask("fail"),
};

/** As `express-session` signs the id of a session. */
function signedCookie(id: string): string {
  const signature = createHmac("sha256", "s3cret").update(id).digest("base64").replace(/=+$/, "");
  return `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`;
}

function withKey(key: string) {
  return { extraHeaders: { "x-key": key } };
}

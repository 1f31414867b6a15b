import { createHash } from "node:crypto";
import type { HttpAnswer, TestClient } from "./play";

/** What an HTTP client asks of each application; `drivers.ts` has those that need sockets alone. */

const json = (value: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body: JSON.stringify(value),
  headers: { "content-type": "application/json", ...headers },
});
/** As a browser sends them back. */
const returned = ({ cookies }: HttpAnswer) => ({
  cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; "),
});
/** Ids are new on each side. */
const withoutIds = ({ cookies, ...answer }: HttpAnswer) => ({
  ...answer,
  cookies: cookies.map((cookie) => cookie.replace(/=s%3A[^;]+/, "=…")),
});
const all = async (fetch: TestClient["fetch"], ...asked: [string, RequestInit?][]) => {
  const answers = [];
  for (const one of asked) answers.push(await fetch(...one));
  return answers;
};
/** The served client, whose default transport is the one that there is, without a source map. */
const asServedHere = (script: string) =>
  script
    .replace(/^\/\* Its default .*\n/, "")
    .replace('["polling", "websocket", "webtransport"]', '["websocket"]')
    .replace(/\n\/\/# sourceMappingURL=.*/, "");
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

export const httpDrivers: Record<string, (client: TestClient) => Promise<unknown>> = {
  "http-plain": async ({ fetch, hears }) => {
    const answers = await all(fetch, ["/"], ["/notify", json({ n: 1 })]);
    await hears("note");
    const script = await fetch("/socket.io/socket.io.js", {
      headers: { "accept-encoding": "identity" },
    });
    const again = { headers: { "if-none-match": String(script.headers.etag) } };
    const client = { ...script, body: digest(asServedHere(script.body)) };
    const known = await fetch("/socket.io/socket.io.js", again);
    return [...answers, client, known];
  },
  "http-express": async ({ fetch, hears, answers, ask }) => {
    answers("ask", (n) => Number(n) + 1);
    const pages = await all(
      fetch,
      ...([["/"], ["/json/7?a=1&a=2&b=%C3%BC"], ["/sse"], ["/old"], ["/none"]] as [string][]),
      ["/", { method: "HEAD" }],
      ["/say", json({ text: "hi" })],
    );
    await hears("said", 2);
    pages.push(await fetch("/later", { method: "POST" }));
    await hears("read", 2);
    pages.push(await fetch("/moves", { method: "POST" }), await fetch("/ask", { method: "POST" }));
    const doubled = await ask("double", 4);
    pages.push(await fetch("/kick", { method: "POST" }));
    return [pages, doubled];
  },
  "http-router": async ({ fetch, hears }) => {
    const stranger = await fetch("/users/me");
    const login = (password: string) =>
      fetch("/login", {
        method: "POST",
        body: new URLSearchParams({ username: "Ann", password }),
      });
    const wrong = await login("guess");
    const right = await login("secret");
    const headers = returned(right);
    const me = await fetch("/users/me", { headers });
    await hears("visit");
    const counts = await all(fetch, ["/count", { headers }], ["/count", { headers }]);
    return [stranger, wrong, right, me, ...counts].map(withoutIds);
  },
  "http-fastify": async ({ fetch, hears }) => {
    const say = json({ text: "hi" });
    const answers = await all(
      fetch,
      ["/"],
      ["/say", say],
      ["/say", json({})],
      ["/fails"],
      ["/none"],
    );
    await hears("said");
    return answers;
  },
  "http-koa": async ({ fetch, hears }) => {
    const first = await fetch("/say?text=one");
    const second = await fetch("/say?text=two", { headers: returned(first) });
    await hears("said", 2);
    return [first, second, ...(await all(fetch, ["/"], ["/none"], ["/", { method: "HEAD" }]))];
  },
  "http-bytes": async ({ fetch }) => {
    const body = Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * 7) % 256));
    const answers = await all(
      fetch,
      ...([["/bytes"], ["/pieces"], ["/file"], ["/gzip"], ["/page"], ["/large"]] as [string][]),
      ["/page", { headers: { "if-none-match": '"1"' } }],
      ["/bytes", { method: "HEAD" }],
      ["/echo", { method: "POST", body }],
      ["/echo", { method: "PUT", body: "grün", headers: { "content-type": "text/plain" } }],
    );
    return answers.map((answer) =>
      answer.body.length > 1000 ? { ...answer, body: digest(answer.body) } : answer,
    );
  },
  "http-upload": async ({ fetch, hears }) => {
    const file = (bytes: number) => new Blob([Buffer.alloc(bytes, 200)], { type: "image/png" });
    const form = (entries: [string, string | Blob, string?][]) => {
      const body = new FormData();
      for (const [name, value, fileName] of entries) {
        if (typeof value === "string") body.append(name, value);
        else body.append(name, value, fileName);
      }
      return { method: "POST", body };
    };
    const answers = await all(
      fetch,
      [
        "/upload",
        form([
          ["title", "grün"],
          ["file", file(1_500_000), "a.png"],
        ]),
      ],
      ["/upload", form([["file", file(2_500_000), "b.png"]])],
      [
        "/disk",
        form([
          ["files", file(10), "c.png"],
          ["files", file(20), "d.png"],
        ]),
      ],
    );
    await hears("uploaded", 3);
    return answers;
  },
  "http-errors": ({ fetch }) =>
    all(
      fetch,
      ...([["/throws"], ["/rejects"], ["/teapot"], ["/none"], ["/only-put"]] as [string][]),
      ["/only-put", { method: "OPTIONS" }],
      ["/json", json({ a: "x".repeat(2000) })],
      ["/json", { ...json(1), body: "{" }],
      ["/json", json({ a: 1 })],
    ),
  "http-cookies": async ({ fetch }) => {
    const set = await fetch("/set");
    return [set, await fetch("/get", { headers: returned(set) })];
  },
};

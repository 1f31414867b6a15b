import type { Action, Done, EventFilter, Passed } from "../source";

/** The page's only way out: requests to the server that served it, with its token. */

const STORED = "lambda-rooms-console-token";

/** The token comes in the fragment, which no request carries and no history keeps. */
export function takeToken(): void {
  const [, token] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
  if (token === undefined) return;
  sessionStorage.setItem(STORED, token);
  history.replaceState(null, "", "#/");
}

/** Why a request was not answered. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export function pathOf(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? path : `${path}?${text}`;
}

export async function read<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await send(pathOf(path, query), signal ? { signal } : {});
  return (await response.json()) as T;
}

export async function act(action: Action): Promise<Done> {
  const response = await send("/api/act", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(action),
  });
  return (await response.json()) as Done;
}

export interface Batch {
  readonly batch: readonly Passed[];
  /** How many were left out. */
  readonly left: number;
}

/** Live events until the signal ends them; rejects when the stream breaks. */
export async function listen(
  filter: EventFilter,
  hear: (batch: Batch) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await send(pathOf("/api/events", { ...filter }), { signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) throw new ApiError(0, "The stream of events has ended");
    const lines = (rest + next.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") hear(JSON.parse(line) as Batch);
  }
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const token = sessionStorage.getItem(STORED) ?? "";
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}` },
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, "The console does not answer: its process may have ended");
  }
  if (response.ok) return response;
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  throw new ApiError(response.status, message ?? `The answer has status ${response.status}`);
}

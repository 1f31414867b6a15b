import { useEffect, useRef, useState } from "preact/hooks";
import type { Passed } from "../../source";
import { type ApiError, type Batch, listen, type Query, read } from "../api";
import { useDelayed } from "../hooks";
import { bytes, clock, count, milliseconds, plural } from "../parts/format";
import { NamespaceSelect, Search } from "../parts/namespace-select";
import { TextValue } from "../parts/value";
import { changeQuery, linkToSocket, type Route } from "../router";
import type { ViewProps } from "../view-props";

/** The page holds no more; older ones are forgotten. */
const MOST_KEPT = 1_000;
const MOST_SHOWN = 300;

export function EventsView({ route, about }: ViewProps) {
  return (
    <div class="view is-full">
      <h1>Events</h1>
      {about.eventsHint ? <p class="notice">{about.eventsHint}</p> : <LiveEvents route={route} />}
    </div>
  );
}

function LiveEvents({ route }: { route: Route }) {
  const { query } = route;
  const filter: Query = Object.fromEntries(
    ["namespace", "event", "socket", "room", "direction"].map((name) => [
      name,
      query.get(name) ?? "",
    ]),
  );
  const [isPaused, setPaused] = useState(false);
  const { events, missed, error, clear } = useEvents(filter, isPaused);
  const direction = query.get("direction") ?? "";
  return (
    <>
      <div class="filters">
        <Search route={route} label="Event" name="event" />
        <Search route={route} label="Room" name="room" />
        <Search route={route} label="Socket" name="socket" />
        <NamespaceSelect route={route} all={true} />
        <label class="field">
          Direction
          <select
            value={direction}
            onChange={({ currentTarget }) => changeQuery(route, { direction: currentTarget.value })}
          >
            <option value="">both</option>
            <option value="in">from clients</option>
            <option value="out">to clients</option>
          </select>
        </label>
        <div class="buttons is-start">
          <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
            {isPaused ? "Resume" : "Pause"}
          </button>
          <button type="button" onClick={clear}>
            Clear
          </button>
        </div>
      </div>
      <p class="caption" role="status">
        {isPaused ? `Paused; ${plural(missed, "packet")} passed meanwhile` : "Live"}
        {!isPaused &&
          missed > 0 &&
          `; ${plural(missed, "packet")} left out, since more pass than a page takes`}
      </p>
      {error && <p class="notice is-bad">{error.message}. Trying again …</p>}
      {events.length === 0 ? (
        <p class="empty">
          Nothing has passed
          {Object.values(filter).some((value) => value) ? " that the filter lets through" : ""}.
        </p>
      ) : (
        <ol class="feed" aria-label="Events, the latest first">
          {events.slice(0, MOST_SHOWN).map((passed) => (
            <Line key={passed.id} passed={passed} />
          ))}
        </ol>
      )}
    </>
  );
}

function Line({ passed }: { passed: Passed }) {
  const [isOpen, setOpen] = useState(false);
  const { at, direction, kind, name, namespace, socket, connectionId, tookMs } = passed;
  const isSocket = socket !== connectionId && namespace !== "";
  return (
    <li class={`line-of is-${direction} is-${kind}`}>
      <button
        type="button"
        class="line-button"
        aria-expanded={isOpen}
        disabled={passed.bytes === 0}
        onClick={() => setOpen(!isOpen)}
      >
        <span class="line-time mono">{clock(at, true)}</span>
        <span class="line-way" aria-hidden="true">
          {direction === "in" ? "→" : "←"}
        </span>
        <span class="sr">{direction === "in" ? "from a client" : "to a client"}</span>
        <span class="line-name">
          {kind !== "event" && <span class="kind">{kind}</span>}
          {name}
        </span>
        <span class="line-size muted">{passed.bytes > 0 ? bytes(passed.bytes) : ""}</span>
      </button>
      <span class="line-who mono">
        {isSocket ? <a href={linkToSocket(namespace, socket)}>{socket}</a> : <span>{socket}</span>}
        {passed.count > 1 && <span class="times">× {count(passed.count)}</span>}
        {passed.failed > 0 && <span class="times is-bad">{count(passed.failed)} refused</span>}
        {tookMs !== undefined && <span class="times">after {milliseconds(tookMs)}</span>}
      </span>
      <span class="line-place mono muted">{namespace}</span>
      {isOpen && <Payload id={passed.id} />}
    </li>
  );
}

/** Asked for when a person opens a line. */
function Payload({ id }: { id: number }) {
  const [text, setText] = useState<string | null>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    read<string | null>("/api/payload", { id }).then(setText, (failure) =>
      setError(failure.message),
    );
  }, [id]);
  if (error) return <p class="payload muted">{error}</p>;
  if (text === undefined) return <p class="payload muted">Reading …</p>;
  if (text === null)
    return <p class="payload muted">It is too long ago: only the latest are kept.</p>;
  return (
    <div class="payload">
      <TextValue text={payloadOf(text)} />
    </div>
  );
}

/** The JSON of a packet, without the head that says what it is; a whole frame where it is another text. */
function payloadOf(frame: string): string {
  const [, json] = /^4\d(?:\d+-)?~?(?:\/[^,]*,)?\d*([[{][\s\S]*)$/.exec(frame) ?? [];
  return json ?? frame;
}

function useEvents(filter: Query, isPaused: boolean) {
  const key = JSON.stringify(useDelayed(filter, 250));
  const [events, setEvents] = useState<readonly Passed[]>([]);
  const [missed, setMissed] = useState(0);
  const [error, setError] = useState<ApiError>();
  const paused = useRef(isPaused);
  paused.current = isPaused;
  useEffect(() => setMissed(0), [isPaused]);
  useEffect(() => {
    const abort = new AbortController();
    setEvents([]);
    setMissed(0);
    const hear = ({ batch, left }: Batch) => {
      setError(undefined);
      const lost = left + (paused.current ? batch.length : 0);
      if (lost > 0) setMissed((before) => before + lost);
      if (!paused.current) setEvents((before) => merge(before, batch));
    };
    void (async () => {
      while (!abort.signal.aborted) {
        try {
          await listen(JSON.parse(key), hear, abort.signal);
        } catch (failure) {
          if (abort.signal.aborted) return;
          setError(failure as ApiError);
          await new Promise((resolve) => setTimeout(resolve, 2_000));
        }
      }
    })();
    return () => abort.abort();
  }, [key]);
  const clear = () => {
    setEvents([]);
    setMissed(0);
  };
  return { events, missed, error, clear };
}

/** The latest first; a broadcast that reached more since takes its own place. */
function merge(before: readonly Passed[], batch: readonly Passed[]): readonly Passed[] {
  const changed = new Map(batch.map((passed) => [passed.id, passed]));
  const kept = before.map((passed) => {
    const newer = changed.get(passed.id);
    if (newer) changed.delete(passed.id);
    return newer ?? passed;
  });
  return [...[...changed.values()].reverse(), ...kept].slice(0, MOST_KEPT);
}

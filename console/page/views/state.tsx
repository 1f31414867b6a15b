import { useState } from "preact/hooks";
import type { KeptRow, State } from "../../source";
import { read } from "../api";
import { usePoll } from "../hooks";
import { bytes, count, span } from "../parts/format";
import { Search } from "../parts/namespace-select";
import { TextValue } from "../parts/value";
import { changeQuery } from "../router";
import type { ViewProps } from "../view-props";

const PAGE = 100;

/** What an application with one lane keeps between its events. */
export function StateView({ route, about }: ViewProps) {
  const kind = route.query.get("kind") ?? "";
  const search = route.query.get("search") ?? "";
  const [limit, setLimit] = useState(PAGE);
  const everyMs = about.kind === "local" ? 2_000 : 30_000;
  const asked = { kind, search, offset: 0, limit };
  const { data, error } = usePoll<State>("/api/state", asked, everyMs);
  if (error && !data) return <p class="empty">{error.message}</p>;
  if (data?.version === 0) {
    return (
      <div class="view">
        <h1>State</h1>
        <p class="empty">
          The application keeps nothing here yet. Variables, listeners and timers are listed where
          all events take one lane (<code>ordering: "application"</code>). State of a single
          connection is with its socket.
        </p>
      </div>
    );
  }
  return (
    <div class="view">
      <h1>State</h1>
      {data && (
        <p class="lead">
          Version {count(data.version)}, {bytes(data.bytes)}
        </p>
      )}
      <fieldset class="segments is-wrapping">
        <legend class="sr">Kind</legend>
        {[{ kind: "", count: undefined, bytes: 0 }, ...(data?.kinds ?? [])].map((one) => (
          <label key={one.kind}>
            <input
              type="radio"
              name="kind"
              checked={one.kind === kind}
              onChange={() => changeQuery(route, { kind: one.kind })}
            />
            <span>
              {one.kind || "all"}
              {one.count !== undefined && <span class="muted"> {count(one.count)}</span>}
            </span>
          </label>
        ))}
      </fieldset>
      <div class="filters">
        <Search route={route} label="Search" />
      </div>
      {!data && <p class="empty">Reading …</p>}
      {data?.rows.length === 0 && <p class="empty">Nothing has this in its name.</p>}
      <ol class="kept">
        {data?.rows.map((row) => (
          <Kept key={`${row.kind} ${row.name} ${row.id}`} row={row} version={data.version} />
        ))}
      </ol>
      {data && data.total > data.rows.length && (
        <button type="button" class="more" onClick={() => setLimit(limit + PAGE)}>
          Show more of {count(data.total)}
        </button>
      )}
    </div>
  );
}

function Kept({ row, version }: { row: KeptRow; version: number }) {
  const [text, setText] = useState<{ version: number; text: string | null }>();
  const [isOpen, setOpen] = useState(false);
  const { id, kind, name, due } = row;
  const look = async (open: boolean) => {
    setOpen(open);
    if (!open) return;
    const value = await read<string | null>("/api/value", { id }).catch(() => null);
    setText({ version, text: value });
  };
  const isOld = text !== undefined && text.version !== version;
  return (
    <li>
      <details onToggle={({ currentTarget }) => void look(currentTarget.open)}>
        <summary class="kept-line">
          <span class="kept-name">
            <span class="name">{name}</span>
            <span class="muted kind-of">{kind}</span>
          </span>
          {due !== undefined && <span class="muted">in {span(due - Date.now())}</span>}
          <span class="is-number">{bytes(row.bytes)}</span>
        </summary>
        {isOpen && (
          <div class="payload">
            {text === undefined && <p class="muted">Reading …</p>}
            {text?.text === null && <p class="muted">It has changed meanwhile: open it again.</p>}
            {isOld && (
              <button type="button" class="more" onClick={() => void look(true)}>
                It has changed since: read it again
              </button>
            )}
            {typeof text?.text === "string" && <TextValue text={text.text} />}
          </div>
        )}
      </details>
    </li>
  );
}

import { useState } from "preact/hooks";
import type { DeadLetter, QueueRow } from "../../source";
import { usePoll } from "../hooks";
import { carryOut } from "../parts/act";
import { Confirm } from "../parts/dialog";
import { count, plural, span } from "../parts/format";
import { TextValue } from "../parts/value";
import type { ViewProps } from "../view-props";

const WHAT: Readonly<Record<QueueRow["what"], string>> = {
  lane: "events of connections, in order",
  application: "all events of the application, in order",
  delays: "what comes back later: timers, presence",
  slices: "parts of large broadcasts",
  "dead letters": "what failed for good",
  queue: "",
};

/** What waits, and what failed. */
export function LanesView({ about }: ViewProps) {
  const everyMs = about.kind === "local" ? 1_000 : 10_000;
  const { data, error, again } = usePoll<readonly QueueRow[]>("/api/queues", {}, everyMs);
  const lanes = data?.filter(({ deadLettersOf }) => deadLettersOf.length === 0) ?? [];
  const dead = data?.filter(({ deadLettersOf }) => deadLettersOf.length > 0) ?? [];
  return (
    <div class="view">
      <h1>Lanes</h1>
      {error && <p class="notice is-bad">{error.message}</p>}
      {!data && !error && <p class="empty">Reading …</p>}
      {data && (
        <section class="panel is-list">
          <table class="table">
            <thead>
              <tr>
                <th>Queue</th>
                <th class="is-number">Waiting</th>
                <th class="is-number">At work</th>
                <th class="is-number">Later</th>
              </tr>
            </thead>
            <tbody>
              {lanes.map(({ name, what, waiting, inFlight, delayed }) => (
                <tr key={name}>
                  <td>
                    <span class="mono name">{name}</span>
                    <span class="muted is-block">{WHAT[what]}</span>
                  </td>
                  <td class="is-number">{count(waiting)}</td>
                  <td class="is-number">{count(inFlight)}</td>
                  <td class="is-number">{count(delayed)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {data && (
        <>
          <h2>Dead letters</h2>
          {dead.every(({ waiting, inFlight }) => waiting + inFlight === 0) && (
            <p class="muted">
              None. A message that fails too often ends here, and the rest goes on.
            </p>
          )}
          {dead
            .filter(({ waiting, inFlight }) => waiting + inFlight > 0)
            .map((queue) => (
              <Dead key={queue.name} queue={queue} canAct={!about.actionsHint} onDone={again} />
            ))}
        </>
      )}
    </div>
  );
}

interface DeadProps {
  readonly queue: QueueRow;
  readonly canAct: boolean;
  readonly onDone: () => void;
}

function Dead({ queue: { name, waiting, inFlight, deadLettersOf }, canAct, onDone }: DeadProps) {
  const [isOpen, setOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  const number = waiting + inFlight;
  return (
    <section class="panel">
      <div class="head">
        <div>
          <h3 class="mono name">{name}</h3>
          <p class="muted">
            {plural(number, "message")} of {deadLettersOf.join(", ")}
          </p>
        </div>
        <div class="buttons">
          <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Close" : "Look"}
          </button>
          {canAct && (
            <button type="button" class="is-danger" onClick={() => setAsked(true)}>
              Redrive
            </button>
          )}
        </div>
      </div>
      {isOpen && <Letters queue={name} />}
      {asked && (
        <Confirm
          title="Move them back?"
          verb="Redrive"
          onConfirm={async () => {
            if (await carryOut({ type: "redrive", queue: name })) onDone();
          }}
          onClose={() => setAsked(false)}
        >
          <p>
            {plural(number, "message")} will be handled again, late and perhaps out of order. What
            belongs to a connection that has ended does nothing.
          </p>
        </Confirm>
      )}
    </section>
  );
}

function Letters({ queue }: { queue: string }) {
  const { data, error } = usePoll<readonly DeadLetter[]>("/api/dead-letters", { queue }, 60_000);
  if (error) return <p class="notice is-bad">{error.message}</p>;
  if (!data) return <p class="empty">Reading …</p>;
  return (
    <ol class="letters">
      {data.map(({ id, body, group, receives, sentAt }) => (
        <li key={id}>
          <p class="muted">
            {group && <span class="mono">lane {group} · </span>}
            received {plural(receives, "time")}
            {sentAt !== undefined && `, sent ${span(Date.now() - sentAt)} ago`}
          </p>
          <TextValue text={body} open={1} />
        </li>
      ))}
    </ol>
  );
}

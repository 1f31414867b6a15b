import { useState } from "preact/hooks";
import type { SocketDetails } from "../../source";
import { useNow, usePoll } from "../hooks";
import { carryOut } from "../parts/act";
import { Confirm } from "../parts/dialog";
import { plural, roomName, span } from "../parts/format";
import { SendForm } from "../parts/send-form";
import { Value } from "../parts/value";
import { linkTo, linkToRoom, linkToSocket } from "../router";
import type { ViewProps } from "../view-props";

/** One socket: its rooms, its data, its handshake, and what can be done with it. */
export function SocketView({ route, about }: ViewProps) {
  const namespace = route.query.get("namespace") ?? "/";
  const id = route.query.get("id") ?? "";
  const { data, error, again } = usePoll<SocketDetails | null>(
    "/api/socket",
    { namespace, id },
    2_000,
  );
  const now = useNow();
  if (error && data === undefined) return <p class="empty">{error.message}</p>;
  if (data === undefined) return <p class="empty">Reading …</p>;
  if (data === null) {
    return (
      <div class="view">
        <h1 class="is-name mono">{id}</h1>
        <p class="empty">
          This socket has left. <a href={linkTo("sockets")}>All sockets</a>
        </p>
      </div>
    );
  }
  return (
    <div class="view">
      <nav class="crumbs" aria-label="Where this is">
        <a href={linkTo("sockets")}>Sockets</a>
        <span class="mono">{namespace}</span>
      </nav>
      <h1 class="is-name mono">{id}</h1>
      <p class="lead">
        connected {span(now - data.since)} ago{data.recovered && ", recovered"} ·{" "}
        <a href={linkTo("events", { socket: id })}>its events</a>
      </p>
      <div class="columns">
        <div class="stack">
          <Rooms details={data} canAct={!about.actionsHint} onChange={again} />
          <section class="panel">
            <h2>Data</h2>
            <Value value={data.data} open={2} />
            <h3>Properties of the socket</h3>
            <Value value={data.properties} />
            <h3>Auth</h3>
            <Value value={data.auth} />
          </section>
          <Connection details={data} />
        </div>
        <aside class="side" aria-label="Actions">
          {about.actionsHint ? (
            <p class="notice">{about.actionsHint}</p>
          ) : (
            <>
              <section class="panel">
                <h2>Send to it</h2>
                <SendForm {...{ namespace, rooms: [id] }} senders={[]} />
              </section>
              <Disconnect {...{ namespace, id }} onDone={again} />
            </>
          )}
        </aside>
      </div>
    </div>
  );
}

interface RoomsProps {
  readonly details: SocketDetails;
  readonly canAct: boolean;
  readonly onChange: () => void;
}

function Rooms({ details: { namespace, id, roomNames }, canAct, onChange }: RoomsProps) {
  const [name, setName] = useState("");
  const audience = { namespace, rooms: [id], except: [] };
  const join = async (event: Event) => {
    event.preventDefault();
    if (await carryOut({ type: "join", target: [name], ...audience })) {
      setName("");
      onChange();
    }
  };
  return (
    <section class="panel">
      <h2>{roomNames.length === 0 ? "Rooms" : plural(roomNames.length, "room")}</h2>
      {roomNames.length === 0 && <p class="muted">In no room but its own.</p>}
      <ul class="chips">
        {roomNames.map((room) => (
          <li key={JSON.stringify(room)} class="chip">
            <a href={linkToRoom(namespace, room)}>{roomName(room)}</a>
            {canAct && (
              <button
                type="button"
                aria-label={`Let it leave ${roomName(room)}`}
                title="Leave"
                onClick={async () => {
                  if (await carryOut({ type: "leave", target: [room], ...audience })) onChange();
                }}
              >
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
      {canAct && (
        <form class="inline" onSubmit={join}>
          <label class="field">
            <span class="sr">Room to join</span>
            <input
              placeholder="room"
              value={name}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
              autocomplete="off"
              spellcheck={false}
            />
          </label>
          <button type="submit" disabled={name === ""}>
            Join
          </button>
        </form>
      )}
    </section>
  );
}

function Connection({ details }: { details: SocketDetails }) {
  const { connectionId, protocol, address, connectedAt, handshake, others } = details;
  return (
    <section class="panel">
      <h2>Connection</h2>
      <dl class="facts">
        <dt>Id</dt>
        <dd class="mono">{connectionId}</dd>
        <dt>Protocol</dt>
        <dd>{protocol} over WebSocket</dd>
        <dt>Address</dt>
        <dd class="mono">{address || "unknown"}</dd>
        <dt>Opened</dt>
        <dd>{new Date(connectedAt).toLocaleString()}</dd>
        <dt>Other sockets</dt>
        <dd>
          {others.length === 0 && "none over this connection"}
          {others.map(({ namespace, id }) => (
            <a key={namespace} class="mono is-block" href={linkToSocket(namespace, id)}>
              {id} in {namespace}
            </a>
          ))}
        </dd>
      </dl>
      <h3>Handshake</h3>
      <Value value={{ query: handshake.query, headers: handshake.headers, url: handshake.url }} />
    </section>
  );
}

function Disconnect({
  namespace,
  id,
  onDone,
}: {
  namespace: string;
  id: string;
  onDone: () => void;
}) {
  const [asked, setAsked] = useState<"namespace" | "connection">();
  const go = async () => {
    const audience = { namespace, rooms: [id], except: [] };
    await carryOut({ type: "disconnect", close: asked === "connection", ...audience });
    onDone();
  };
  return (
    <section class="panel">
      <h2>Disconnect</h2>
      <div class="buttons is-start">
        <button type="button" onClick={() => setAsked("namespace")}>
          From {namespace}
        </button>
        <button type="button" class="is-danger" onClick={() => setAsked("connection")}>
          Close its connection
        </button>
      </div>
      {asked && (
        <Confirm
          title="Disconnect this socket?"
          verb="Disconnect"
          onConfirm={go}
          onClose={() => setAsked(undefined)}
        >
          <p>
            {asked === "namespace"
              ? "It leaves this namespace. A stock client does not come back by itself."
              : "All sockets of its connection are disconnected. A stock client does not come back by itself."}
          </p>
        </Confirm>
      )}
    </section>
  );
}

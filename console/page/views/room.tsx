import { useState } from "preact/hooks";
import type { RoomPage, SocketRow } from "../../source";
import { read } from "../api";
import { usePoll } from "../hooks";
import { carryOut } from "../parts/act";
import { Confirm } from "../parts/dialog";
import { count, plural, roomName, span } from "../parts/format";
import { SendForm } from "../parts/send-form";
import { linkTo, linkToSocket } from "../router";
import type { ViewProps } from "../view-props";

/** One room: who is in it, and what can be done with them. */
export function RoomView({ route, about }: ViewProps) {
  const namespace = route.query.get("namespace") ?? "/";
  const text = route.query.get("room") ?? '""';
  const { data, error, again } = usePoll<RoomPage>("/api/room", { namespace, room: text }, 2_000);
  if (error && !data) return <p class="empty">{error.message}</p>;
  if (!data) return <p class="empty">Reading …</p>;
  const { room, members, sockets } = data;
  const audience = { namespace, rooms: [room], except: [] };
  return (
    <div class="view">
      <nav class="crumbs" aria-label="Where this is">
        <a href={linkTo("rooms")}>Rooms</a>
        <span class="mono">{namespace}</span>
      </nav>
      <h1 class="is-name">{roomName(room)}</h1>
      <p class="lead">
        {plural(members, "socket")} ·{" "}
        <a href={linkTo("events", { namespace, room: String(room) })}>its events</a>
      </p>
      <div class="columns">
        <Members
          key={`${namespace} ${text}`}
          page={data}
          canAct={!about.actionsHint}
          onChange={again}
        />
        <aside class="side" aria-label="Actions">
          {about.actionsHint ? (
            <p class="notice">{about.actionsHint}</p>
          ) : (
            <>
              <section class="panel">
                <h2>Send</h2>
                <SendForm {...{ namespace, rooms: [room] }} senders={sockets.map(({ id }) => id)} />
              </section>
              <Everyone {...{ audience, members }} onDone={again} />
            </>
          )}
        </aside>
      </div>
    </div>
  );
}

interface EveryoneProps {
  readonly audience: {
    namespace: string;
    rooms: readonly (string | number)[];
    except: readonly never[];
  };
  readonly members: number;
  readonly onDone: () => void;
}

function Everyone({ audience, members, onDone }: EveryoneProps) {
  const [asked, setAsked] = useState<"leave" | "disconnect">();
  const { rooms } = audience;
  const go = async () => {
    if (asked === "leave") await carryOut({ type: "leave", target: rooms, ...audience });
    if (asked === "disconnect") await carryOut({ type: "disconnect", close: false, ...audience });
    onDone();
  };
  return (
    <section class="panel">
      <h2>Everyone in it</h2>
      <div class="buttons is-start">
        <button type="button" disabled={members === 0} onClick={() => setAsked("leave")}>
          Empty the room
        </button>
        <button
          type="button"
          class="is-danger"
          disabled={members === 0}
          onClick={() => setAsked("disconnect")}
        >
          Disconnect all
        </button>
      </div>
      {asked && (
        <Confirm
          title={asked === "leave" ? "Empty the room?" : "Disconnect all of them?"}
          verb={asked === "leave" ? "Empty it" : "Disconnect"}
          onConfirm={go}
          onClose={() => setAsked(undefined)}
        >
          {asked === "leave" ? (
            <p>
              {plural(members, "socket")} will leave this room and stay connected. Their clients are
              not told.
            </p>
          ) : (
            <p>
              {plural(members, "socket")} will leave the namespace. A stock client does not come
              back by itself.
            </p>
          )}
        </Confirm>
      )}
    </section>
  );
}

interface MembersProps {
  readonly page: RoomPage;
  readonly canAct: boolean;
  readonly onChange: () => void;
}

function Members({ page, canAct, onChange }: MembersProps) {
  const { namespace, room, sockets, next, members } = page;
  const [more, setMore] = useState<readonly SocketRow[]>([]);
  const [after, setAfter] = useState<string>();
  const from = after ?? next;
  const known = new Set(sockets.map(({ id }) => id));
  const all = [...sockets, ...more.filter(({ id }) => !known.has(id))];
  const load = async () => {
    const asked = { namespace, room: JSON.stringify(room), after: from };
    const answer = await read<RoomPage>("/api/room", asked);
    setMore([...more, ...answer.sockets]);
    setAfter(answer.next ?? "");
  };
  const kick = async (id: string) => {
    const audience = { namespace, rooms: [id], except: [] };
    if (await carryOut({ type: "leave", target: [room], ...audience })) onChange();
  };
  if (all.length === 0) return <p class="empty">No socket is in this room now.</p>;
  return (
    <section class="panel is-list" aria-label="Members">
      <table class="table">
        <thead>
          <tr>
            <th>Socket</th>
            <th class="is-wide">Data</th>
            <th class="is-number">Rooms</th>
            <th class="is-number">Since</th>
            {canAct && (
              <th>
                <span class="sr">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {all.map(({ id, data, rooms, since }) => (
            <tr key={id}>
              <td>
                <a class="name mono" href={linkToSocket(namespace, id)}>
                  {id}
                </a>
              </td>
              <td class="is-wide is-cut mono muted">{data}</td>
              <td class="is-number">{rooms === undefined ? "…" : count(rooms)}</td>
              <td class="is-number">{span(Date.now() - since)}</td>
              {canAct && (
                <td class="is-action">
                  <button type="button" class="is-small" onClick={() => kick(id)}>
                    Kick<span class="sr"> {id} out of this room</span>
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {from && all.length < members && (
        <button type="button" class="more" onClick={load}>
          Show more of {count(members)}
        </button>
      )}
    </section>
  );
}

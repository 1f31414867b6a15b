import type { RoomRow } from "../../source";
import { count, roomName } from "../parts/format";
import { NamespaceSelect, Search } from "../parts/namespace-select";
import { type Column, Rows } from "../parts/rows";
import { changeQuery, linkToRoom } from "../router";
import type { ViewProps } from "../view-props";

const COLUMNS: readonly Column<RoomRow>[] = [
  {
    ...{ title: "Room", width: "auto", sort: "room" },
    show: ({ namespace, room }) => (
      <a class="name" href={linkToRoom(namespace, room)}>
        {roomName(room)}
      </a>
    ),
  },
  {
    ...{ title: "Namespace", width: "30%", sort: "namespace", isWide: true },
    show: ({ namespace }) => <span class="mono muted">{namespace}</span>,
  },
  {
    ...{ title: "Sockets", width: "7rem", sort: "members", isNumber: true },
    show: ({ members }) => count(members),
  },
];

export function RoomsView({ route }: ViewProps) {
  const { query } = route;
  return (
    <div class="view is-full">
      <h1>Rooms</h1>
      <div class="filters">
        <Search route={route} label="Search" />
        <NamespaceSelect route={route} all={true} />
      </div>
      <Rows<RoomRow>
        label="Rooms"
        path="/api/rooms"
        query={{ namespace: query.get("namespace") ?? "", search: query.get("search") ?? "" }}
        columns={COLUMNS}
        keyOf={({ namespace, room }) => JSON.stringify([namespace, room])}
        sort={query.get("sort") ?? "members"}
        descending={query.get("descending") !== "false"}
        onSort={(sort, descending) => changeQuery(route, { sort, descending })}
        noun="room"
        empty={
          query.get("search") ? (
            <p>No room has this in its name.</p>
          ) : (
            <p>
              No socket is in a room. A room exists from the first <code>socket.join(room)</code> to
              the last leave; a socket's own room is not listed.
            </p>
          )
        }
      />
    </div>
  );
}

import type { SocketRow } from "../../source";
import { count, span } from "../parts/format";
import { NamespaceSelect, Search } from "../parts/namespace-select";
import { type Column, Rows } from "../parts/rows";
import { changeQuery, linkToSocket } from "../router";
import type { ViewProps } from "../view-props";

export const SOCKET_COLUMNS: readonly Column<SocketRow>[] = [
  {
    ...{ title: "Socket", width: "auto", sort: "id" },
    show: ({ namespace, id }) => (
      <a class="name mono" href={linkToSocket(namespace, id)}>
        {id}
      </a>
    ),
  },
  {
    ...{ title: "Namespace", width: "13%", sort: "namespace", isWide: true },
    show: ({ namespace }) => <span class="mono muted">{namespace}</span>,
  },
  {
    ...{ title: "Data", width: "26%", isWide: true },
    show: ({ data }) => <span class="mono muted">{data}</span>,
  },
  {
    ...{ title: "Address", width: "13%", sort: "address", isWide: true },
    show: ({ address }) => <span class="mono muted">{address}</span>,
  },
  {
    ...{ title: "Protocol", width: "6rem", isWide: true },
    show: ({ protocol }) => <span class="muted">{protocol}</span>,
  },
  {
    ...{ title: "Rooms", width: "4.5rem", sort: "rooms", isNumber: true },
    show: ({ rooms }) => (rooms === undefined ? "…" : count(rooms)),
  },
  {
    ...{ title: "Since", width: "6.5rem", sort: "since", isNumber: true },
    show: ({ since }) => (
      <time dateTime={new Date(since).toISOString()} title={new Date(since).toLocaleString()}>
        {span(Date.now() - since)}
      </time>
    ),
  },
];

export function SocketsView({ route }: ViewProps) {
  const { query } = route;
  return (
    <div class="view is-full">
      <h1>Sockets</h1>
      <div class="filters">
        <Search route={route} label="Search id, room, data, address" />
        <NamespaceSelect route={route} all={true} />
      </div>
      <Rows<SocketRow>
        label="Sockets"
        path="/api/sockets"
        query={{ namespace: query.get("namespace") ?? "", search: query.get("search") ?? "" }}
        columns={SOCKET_COLUMNS}
        keyOf={({ namespace, id }) => `${namespace} ${id}`}
        sort={query.get("sort") ?? "since"}
        descending={query.get("descending") !== "false"}
        onSort={(sort, descending) => changeQuery(route, { sort, descending })}
        noun="socket"
        empty={
          query.get("search") ? (
            <p>No socket has this in its id, its rooms, its data or its address.</p>
          ) : (
            <p>No client is connected.</p>
          )
        }
      />
    </div>
  );
}

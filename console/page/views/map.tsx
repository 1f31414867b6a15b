import { useRef, useState } from "preact/hooks";
import type { Overview, RoomMap } from "../../source";
import { usePoll, useSize } from "../hooks";
import { Picture } from "../map/picture";
import { usePulses } from "../map/pulses";
import { count, plural, roomName } from "../parts/format";
import { NamespaceSelect } from "../parts/namespace-select";
import { linkToRoom } from "../router";
import type { ViewProps } from "../view-props";

/** Who is in which room, as a picture, with the same as a list. */
export function MapView({ route, about }: ViewProps) {
  const isLocal = about.kind === "local";
  const overview = usePoll<Overview>("/api/overview", {}, 5_000);
  const asked = route.query.get("namespace") ?? "";
  const namespace = asked || overview.data?.namespaces[0]?.namespace || "/";
  const { data, error } = usePoll<RoomMap>("/api/map", { namespace }, isLocal ? 2_000 : 15_000);
  const map = useStable(data);
  const [box, size] = useSize<HTMLDivElement>();
  const [chosen, setChosen] = useState<string>();
  const pulses = usePulses(namespace, about.eventsHint === undefined);
  return (
    <div class="view is-full">
      <div class="head">
        <h1>Map</h1>
        <NamespaceSelect route={route} all={false} shown={namespace} />
      </div>
      {error && <p class="notice is-bad">{error.message}</p>}
      {map && map.totalRooms > 0 && (
        <p class="caption">
          {plural(map.totalRooms, "room")}, {plural(map.totalSockets, "socket")}
          {map.loners > 0 && `, ${count(map.loners)} of them in no room`}
          {map.rest.length > 0 && `; the ${map.rooms.length} largest one by one`}
        </p>
      )}
      <div class="map">
        <div class="map-box" ref={box}>
          {map && map.totalRooms > 0 && (
            <Picture {...{ map, size, chosen, pulses }} onChoose={setChosen} />
          )}
          {map?.totalRooms === 0 && (
            <p class="empty">
              {map.totalSockets === 0
                ? "No client is connected to this namespace."
                : `${plural(map.totalSockets, "socket")}, and none in a room.`}
            </p>
          )}
          {!map && !error && <p class="empty">Reading …</p>}
        </div>
        {map && map.totalRooms > 0 && (
          <aside class="map-side" aria-label="Rooms of the picture">
            <p class="map-legend">
              <span class="dot is-one" aria-hidden="true" /> in one room
              <span class="dot is-shared" aria-hidden="true" /> in several
            </p>
            <ol class="map-list">
              {map.rooms.slice(0, 40).map(({ room, members }) => {
                const key = JSON.stringify(room);
                return (
                  <li key={key}>
                    <a
                      class={key === chosen ? "is-chosen" : ""}
                      href={linkToRoom(namespace, room)}
                      onPointerEnter={() => setChosen(key)}
                      onPointerLeave={() => setChosen(undefined)}
                      onFocus={() => setChosen(key)}
                      onBlur={() => setChosen(undefined)}
                    >
                      <span class="name">{roomName(room)}</span>
                      <span class="is-number">{count(members)}</span>
                    </a>
                  </li>
                );
              })}
            </ol>
          </aside>
        )}
      </div>
    </div>
  );
}

/** The same object while it says the same: the picture is laid out anew only if something has changed. */
function useStable(map: RoomMap | undefined): RoomMap | undefined {
  const kept = useRef<{ readonly text: string; readonly map: RoomMap }>(null);
  if (!map) return undefined;
  const text = JSON.stringify({ ...map, at: 0 });
  if (kept.current?.text !== text) kept.current = { text, map };
  return kept.current.map;
}

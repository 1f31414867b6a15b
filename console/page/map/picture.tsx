import { useMemo } from "preact/hooks";
import type { RoomMap } from "../../source";
import { brief, plural, roomName } from "../parts/format";
import { linkToRoom } from "../router";
import { type Circle, layOut } from "./layout";
import { dotsPath, linksOf, placesOf } from "./links";
import type { Pulse } from "./pulses";

interface PictureProps {
  readonly map: RoomMap;
  readonly aspect: number;
  /** A room's key. */
  readonly chosen: string | undefined;
  readonly onChoose: (key: string | undefined) => void;
  readonly pulses: readonly Pulse[];
}

/** Rooms as circles, sockets as dots in them; a socket in several rooms is drawn in another colour, and linked. */
export function Picture({ map, aspect, chosen, onChoose, pulses }: PictureProps) {
  const layout = useMemo(() => layOut(map, aspect), [map, Math.round(aspect * 4)]);
  const places = useMemo(() => placesOf(layout.circles), [layout]);
  const { width, height, circles } = layout;
  const inChosen = useMemo(() => {
    const circle = circles.find(({ key }) => key === chosen);
    return circle && new Set(circle.dots.map(({ socket }) => socket));
  }, [circles, chosen]);
  const links = useMemo(() => linksOf(places, inChosen), [places, inChosen]);
  return (
    <svg
      class={`map-picture ${inChosen ? "has-chosen" : ""}`}
      viewBox={`0 0 ${width.toFixed(0)} ${height.toFixed(0)}`}
      role="group"
      aria-label={`${plural(map.totalRooms, "room")} and ${plural(map.totalSockets, "socket")} of ${map.namespace}`}
    >
      {circles.map((circle) => (
        <RoomCircle
          key={circle.key}
          circle={circle}
          namespace={map.namespace}
          isChosen={circle.key === chosen}
          isShared={(socket) => (places.get(socket)?.length ?? 0) > 1}
          onChoose={onChoose}
        />
      ))}
      {links !== "" && <path class={`map-links ${inChosen ? "is-strong" : ""}`} d={links} />}
      {pulses.flatMap(({ id, socket, direction }) =>
        (places.get(socket) ?? [])
          .slice(0, 6)
          .map(({ x, y }, place) => (
            <circle
              key={`${id} ${place}`}
              class={`map-pulse is-${direction}`}
              cx={x}
              cy={y}
              r="4"
            />
          )),
      )}
      {circles.map((circle) => (
        <Label key={circle.key} circle={circle} width={width} />
      ))}
    </svg>
  );
}

interface RoomCircleProps {
  readonly circle: Circle;
  readonly namespace: string;
  readonly isChosen: boolean;
  readonly isShared: (socket: string) => boolean;
  readonly onChoose: (key: string | undefined) => void;
}

function RoomCircle({ circle, namespace, isChosen, isShared, onChoose }: RoomCircleProps) {
  const { key, x, y, radius, room, rest, dots, dotRadius } = circle;
  if (rest) {
    return <circle class="map-rest" cx={x} cy={y} r={radius} />;
  }
  if (!room) return null;
  const name = `${roomName(room.room)}: ${plural(room.members, "socket")}`;
  return (
    <a
      class={`map-room ${isChosen ? "is-chosen" : ""}`}
      href={linkToRoom(namespace, room.room)}
      aria-label={name}
      onPointerEnter={() => onChoose(key)}
      onPointerLeave={() => onChoose(undefined)}
      onFocus={() => onChoose(key)}
      onBlur={() => onChoose(undefined)}
    >
      <title>{name}</title>
      <circle class="map-disc" cx={x} cy={y} r={radius} />
      <path
        class="map-dots"
        d={dotsPath(dots.filter(({ socket }) => !isShared(socket)))}
        stroke-width={2 * dotRadius}
      />
      <path
        class="map-dots is-shared"
        d={dotsPath(dots.filter(({ socket }) => isShared(socket)))}
        stroke-width={2 * dotRadius}
      />
    </a>
  );
}

/** Over all circles. A name that does not fit is left to the tooltip and to the list. */
function Label({ circle, width }: { circle: Circle; width: number }) {
  const { x, y, radius, room, rest } = circle;
  const size = Math.max(width / 75, Math.min(15, radius / 3.4));
  if (rest) {
    const each =
      rest.smallest === rest.largest
        ? brief(rest.smallest)
        : `${rest.smallest}–${brief(rest.largest)}`;
    return (
      <text class="map-label is-rest" x={x} y={y} font-size={Math.min(size * 1.1, radius / 3)}>
        <tspan x={x} dy="-0.15em">
          {brief(rest.rooms)} rooms
        </tspan>
        <tspan x={x} dy="1.25em" class="map-small">
          of {each}
        </tspan>
      </text>
    );
  }
  const name = room ? roomName(room.room) : "";
  const fits = Math.floor((2 * radius) / (size * 0.58));
  if (fits < 4) return null;
  const shown = name.length > fits ? `${name.slice(0, fits - 1)}…` : name;
  return (
    <text class="map-label" x={x} y={y} font-size={size}>
      {shown}
    </text>
  );
}

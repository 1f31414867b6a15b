import { useMemo } from "preact/hooks";
import type { RoomMap } from "../../source";
import { brief, plural, roomName } from "../parts/format";
import { linkToRoom } from "../router";
import { type Circle, type Layout, layOut } from "./layout";
import { dotsPath, linksOf, placesOf } from "./links";
import type { Pulse } from "./pulses";

interface PictureProps {
  readonly map: RoomMap;
  /** Of its box, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** A room's key. */
  readonly chosen: string | undefined;
  readonly onChoose: (key: string | undefined) => void;
  readonly pulses: readonly Pulse[];
}

/** Rooms as circles, sockets as dots in them; a socket in several rooms is drawn in another colour, and linked. */
export function Picture({ map, size, chosen, onChoose, pulses }: PictureProps) {
  const aspect = size.height > 0 ? size.width / size.height : 1.5;
  const layout = useMemo(() => layOut(map, aspect), [map, Math.round(aspect * 4)]);
  const places = useMemo(() => placesOf(layout.circles), [layout]);
  const { circles } = layout;
  const { viewBox, unit } = frameOf(layout, size);
  const inChosen = useMemo(() => {
    const circle = circles.find(({ key }) => key === chosen);
    return circle && new Set(circle.dots.map(({ socket }) => socket));
  }, [circles, chosen]);
  const links = useMemo(() => linksOf(places, inChosen), [places, inChosen]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: no element of SVG is a group of links.
    <svg
      class={`map-picture ${inChosen ? "has-chosen" : ""}`}
      viewBox={viewBox}
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
        <Label key={circle.key} circle={circle} unit={unit} isChosen={circle.key === chosen} />
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

interface LabelProps {
  readonly circle: Circle;
  /** One pixel in the picture. */
  readonly unit: number;
  readonly isChosen: boolean;
}

const FONT_PIXELS = 12;
/** Beginnings of names below small circles say nothing. */
const CUT_FROM_PIXELS = 30;

/** Below its circle. A name that does not fit is cut, or left to the pointer and to the list. */
function Label({ circle, unit, isChosen }: LabelProps) {
  const { x, y, radius, room, rest } = circle;
  const size = FONT_PIXELS * unit;
  if (rest) {
    const { smallest, largest, rooms } = rest;
    const each = smallest === largest ? brief(smallest) : `${smallest}–${brief(largest)}`;
    return (
      <text class="map-label is-rest" x={x} y={y} font-size={Math.min(size, radius / 3.2)}>
        <tspan x={x} dy="-0.15em">
          {brief(rooms)} rooms
        </tspan>
        <tspan x={x} dy="1.25em" class="map-small">
          {each} each
        </tspan>
      </text>
    );
  }
  const name = room ? roomName(room.room) : "";
  const fits = isChosen ? 40 : Math.floor((2 * (radius + 10)) / (size * 0.56));
  const isLarge = radius / unit >= CUT_FROM_PIXELS;
  if (name.length > fits && !isLarge) return null;
  const shown = name.length > fits ? `${name.slice(0, fits - 1)}…` : name;
  return (
    <text
      class={`map-label ${isChosen ? "is-chosen" : ""}`}
      x={x}
      y={y + radius + size * 0.85}
      font-size={size}
    >
      {shown}
    </text>
  );
}

/** A few small rooms are not blown up to fill the box. */
const LARGEST_ZOOM = 2;

function frameOf({ width, height }: Layout, size: PictureProps["size"]) {
  const wide = Math.max(width, size.width / LARGEST_ZOOM);
  const high = Math.max(height, size.height / LARGEST_ZOOM);
  const numbers = [(width - wide) / 2, (height - high) / 2, wide, high];
  const unit = size.width > 0 ? Math.max(wide / size.width, high / size.height) : 1;
  return { viewBox: numbers.map((number) => number.toFixed(0)).join(" "), unit };
}

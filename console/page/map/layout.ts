import type { MapRoom, RestOfRooms, RoomMap } from "../../source";

/** Where everything is in the picture, in units of its own. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly circles: readonly Circle[];
}

export interface Circle {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly room?: MapRoom;
  readonly rest?: RestOfRooms;
  readonly dots: readonly Dot[];
  readonly dotRadius: number;
}

export interface Dot {
  readonly socket: string;
  readonly x: number;
  readonly y: number;
}

type Wanted = Pick<Circle, "key" | "radius" | "room" | "rest">;

/** Space for one member. */
const UNIT = 9;
const SMALLEST = 15;
const LARGEST = 190;
const GAP = 8;
/** Below each circle stands its name. */
const LABEL = 15;
/** https://en.wikipedia.org/wiki/Fermat%27s_spiral#The_golden_ratio_and_the_golden_angle */
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** Packs a circle for each room, its area by its members, around the largest. @param aspect width by height */
export function layOut(map: RoomMap, aspect: number): Layout {
  const scale = scaleOf(map);
  const wanted: Wanted[] = [
    ...map.rooms.map((room) => ({
      key: JSON.stringify(room.room),
      radius: radiusOf(room.members, scale),
      room,
    })),
    ...map.rest.map((rest) => ({
      key: `rest ${rest.smallest}`,
      // The average of its rooms would be a dot: as large as a number can be read in.
      radius: Math.max(34, Math.min(LARGEST * 0.6, radiusOf(rest.rooms, scale * 0.5))),
      rest,
    })),
  ].sort((a, b) => b.radius - a.radius);
  const placed: Circle[] = [];
  for (const one of wanted) {
    const { x, y } = findPlace(placed, one.radius, aspect);
    const sockets = one.room?.sockets ?? [];
    const dots = dotsIn(sockets, one.radius).map((dot) => ({ ...dot, x: dot.x + x, y: dot.y + y }));
    placed.push({ ...one, x, y, dots, dotRadius: dotRadiusOf(one.radius, sockets.length) });
  }
  return frame(placed);
}

/** So that the largest room is not larger than the picture can bear. */
function scaleOf({ rooms }: RoomMap): number {
  const largest = rooms[0]?.members ?? 1;
  return Math.min(1, LARGEST / (UNIT * Math.sqrt(largest)));
}

function radiusOf(members: number, scale: number): number {
  return Math.max(SMALLEST, UNIT * Math.sqrt(members) * scale + 6);
}

/** Walks a spiral from the middle to the first place where the circle meets no other. */
function findPlace(placed: readonly Circle[], radius: number, aspect: number) {
  const stretch = Math.sqrt(Math.max(0.5, Math.min(2.2, aspect)));
  const step = Math.max(3, radius / 6);
  for (let turn = 0; ; turn++) {
    const angle = turn * GOLDEN;
    const away = step * Math.sqrt(turn);
    const x = away * Math.cos(angle) * stretch;
    const y = (away * Math.sin(angle)) / stretch;
    const isFree = placed.every((other) => {
      const apart = other.radius + radius + GAP;
      const dx = other.x - x;
      // One of the two has its name in between.
      const dy = Math.max(0, Math.abs(other.y - y) - LABEL);
      return dx ** 2 + dy ** 2 >= apart ** 2;
    });
    if (isFree) return { x, y };
  }
}

/** Members lie as the seeds of a sunflower: evenly, from the middle. */
function dotsIn(sockets: readonly string[], radius: number): Dot[] {
  const inside = radius - dotRadiusOf(radius, sockets.length) - 3;
  return sockets.map((socket, place) => {
    const away = sockets.length === 1 ? 0 : inside * Math.sqrt((place + 0.5) / sockets.length);
    const angle = place * GOLDEN;
    return { socket, x: away * Math.cos(angle), y: away * Math.sin(angle) };
  });
}

function dotRadiusOf(radius: number, count: number): number {
  return Math.max(0.9, Math.min(4.5, (radius * 0.62) / Math.sqrt(Math.max(1, count))));
}

function frame(circles: readonly Circle[]): Layout {
  const edge = 16;
  const left = Math.min(0, ...circles.map(({ x, radius }) => x - radius)) - edge;
  const top = Math.min(0, ...circles.map(({ y, radius }) => y - radius)) - edge;
  const right = Math.max(0, ...circles.map(({ x, radius }) => x + radius)) + edge;
  const bottom = Math.max(0, ...circles.map(({ y, radius }) => y + radius)) + edge + LABEL;
  const moved = circles.map((circle) => ({
    ...circle,
    x: circle.x - left,
    y: circle.y - top,
    dots: circle.dots.map(({ socket, x, y }) => ({ socket, x: x - left, y: y - top })),
  }));
  return { width: right - left, height: bottom - top, circles: moved };
}

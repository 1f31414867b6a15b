import type { Circle, Dot } from "./layout";

/** A socket that is in several rooms, with its places. */
export type Places = ReadonlyMap<string, readonly Dot[]>;

/** More lines would be a ball of wool. */
const MOST_LINES = 240;

export function placesOf(circles: readonly Circle[]): Places {
  const places = new Map<string, Dot[]>();
  for (const { dots } of circles) {
    for (const dot of dots) {
      const list = places.get(dot.socket);
      if (list) list.push(dot);
      else places.set(dot.socket, [dot]);
    }
  }
  return places;
}

/** Curves between the places of the sockets that are in several rooms; none where there are too many. */
export function linksOf(places: Places, only?: ReadonlySet<string>): string {
  let path = "";
  let lines = 0;
  for (const [socket, dots] of places) {
    if (dots.length < 2 || (only && !only.has(socket))) continue;
    for (let place = 1; place < dots.length; place++) {
      path += curve(dots[place - 1] as Dot, dots[place] as Dot);
      if (++lines > MOST_LINES) return only ? path : "";
    }
  }
  return path;
}

/** Bent a little, so that lines to one place can be told apart. */
function curve(a: Dot, b: Dot): string {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const x = (a.x + b.x) / 2 - dy * 0.16;
  const y = (a.y + b.y) / 2 + dx * 0.16;
  return `M${round(a.x)} ${round(a.y)}Q${round(x)} ${round(y)} ${round(b.x)} ${round(b.y)}`;
}

/** Dots as one path: a line without length, with a round end. */
export function dotsPath(dots: readonly Dot[]): string {
  return dots.map(({ x, y }) => `M${round(x)} ${round(y)}h0`).join("");
}

function round(value: number): string {
  return value.toFixed(1);
}

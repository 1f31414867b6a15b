import { useState } from "preact/hooks";
import { clock } from "./format";

export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** A colour of the page: `a`, `b` or `bad`. */
  readonly colour: "a" | "b" | "bad";
}

interface ChartProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly from: number;
  readonly stepMs: number;
  readonly show: (value: number) => string;
  /** The number beside the title: of all values that are shown. */
  readonly headline: string;
}

const HEIGHT = 100;
const WIDTH = 300;

/** A small chart: lines over time, the largest value on the axis, each value under the pointer. */
export function Chart({ title, lines, from, stepMs, show, headline }: ChartProps) {
  const [at, setAt] = useState<number>();
  const points = lines[0]?.values.length ?? 0;
  const largest = niceLimit(
    Math.max(0, ...lines.flatMap(({ values }) => values.map((v) => v ?? 0))),
  );
  const x = (place: number) => (place / Math.max(1, points - 1)) * WIDTH;
  const y = (value: number) => HEIGHT - (value / largest) * (HEIGHT - 4) - 1;
  const look = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const place = Math.round(((event.clientX - box.left) / box.width) * (points - 1));
    setAt(Math.max(0, Math.min(points - 1, place)));
  };
  const time = (place: number) => clock(from + place * stepMs);
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="chart-headline">{headline}</span>
      </figcaption>
      <div class="chart-box" onPointerMove={look} onPointerLeave={() => setAt(undefined)}>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}: ${headline}, at most ${show(largest)}, from ${time(0)} to ${time(points - 1)}`}
        >
          {[0.5, 1].map((share) => (
            <line
              key={share}
              class="rule"
              x1="0"
              x2={WIDTH}
              y1={y(largest * share)}
              y2={y(largest * share)}
            />
          ))}
          <line class="rule is-base" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
          {lines.map(({ name, values, colour }, place) => (
            <g key={name} class={`line is-${colour}`}>
              {place === 0 && <path class="area" d={areaOf(values, x, y)} />}
              <path class="stroke" d={lineOf(values, x, y)} />
            </g>
          ))}
          {at !== undefined && <line class="cursor" x1={x(at)} x2={x(at)} y1="0" y2={HEIGHT} />}
        </svg>
        <span class="axis">{show(largest)}</span>
      </div>
      <p class="legend">
        {at === undefined ? (
          <>
            <span>{time(0)}</span>
            {lines.length > 1 &&
              lines.map(({ name, colour }) => (
                <span key={name} class={`mark is-${colour}`}>
                  {name}
                </span>
              ))}
            <span>{time(points - 1)}</span>
          </>
        ) : (
          <>
            <span>{time(at)}</span>
            {lines.map(({ name, values, colour }) => (
              <span key={name} class={`mark is-${colour}`}>
                {lines.length > 1 ? `${name} ` : ""}
                {values[at] === null || values[at] === undefined ? "–" : show(values[at])}
              </span>
            ))}
          </>
        )}
      </p>
    </figure>
  );
}

type Scale = (value: number) => number;

/** Missing values break the line; a single value is a dot. */
function lineOf(values: readonly (number | null)[], x: Scale, y: Scale): string {
  let path = "";
  values.forEach((value, place) => {
    if (value === null) return;
    const isFirst = (values[place - 1] ?? null) === null;
    const isAlone = isFirst && (values[place + 1] ?? null) === null;
    path += `${isFirst ? "M" : "L"}${x(place).toFixed(1)} ${y(value).toFixed(1)}${isAlone ? "h.1" : ""}`;
  });
  return path;
}

function areaOf(values: readonly (number | null)[], x: Scale, y: Scale): string {
  if (values.some((value) => value === null)) return "";
  return `M0 ${y(0)}${values.map((value, place) => `L${x(place).toFixed(1)} ${y(value ?? 0).toFixed(1)}`).join("")}L${WIDTH} ${y(0)}Z`;
}

/** 1, 2 or 5 times a power of ten, at least 5. */
function niceLimit(value: number): number {
  if (value <= 5) return 5;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

import type { Line } from "./measure";

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly isOurs: boolean;
}

const WIDTH = 720;
const LABEL_WIDTH = 220;
const ROW = 26;
const TOP = 44;

/** A plot of what a post costs, as SVG: one bar for each side. */
export function plotPosts(lines: readonly Line[]): string {
  const groups = [
    { title: "answers at once", suffix: "" },
    { title: "answers after 15 ms", suffix: "-15ms" },
  ].flatMap(({ title, suffix }) => {
    const find = (name: string) => lines.find((line) => line.name === name + suffix);
    const sdk = find("post-cpu-vs-sdk");
    const floor = find("post-cpu-vs-floor");
    if (!sdk || !floor) return [];
    const bars: Bar[] = [
      { label: "AWS SDK, Promise.all", value: sdk.baseline ?? 0, isOurs: false },
      { label: "Lambda Rooms", value: sdk.value, isOurs: true },
      { label: "raw sockets, prebuilt bytes", value: floor.baseline ?? 0, isOurs: false },
    ];
    return [{ title, bars }];
  });
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  let y = TOP;
  const rows = groups.map(({ title, bars }) => {
    const heading = text(title, { x: 16, y: y + 12, bold: true });
    y += ROW;
    const drawn = bars.map((bar) => {
      const row = drawBar(bar, y, longest);
      y += ROW;
      return row;
    });
    y += 10;
    return [heading, ...drawn].join("");
  });
  const heading = text("CPU of one post over TLS, microseconds", { x: 16, y: 24, bold: true });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" font-family="system-ui, sans-serif" font-size="13"><title>CPU of one post over TLS</title><rect width="100%" height="100%" fill="#fff"/>${heading}${rows.join("")}</svg>\n`;
}

function drawBar({ label, value, isOurs }: Bar, y: number, longest: number): string {
  const length = (value / longest) * (WIDTH - LABEL_WIDTH - 80);
  const bar = `<rect x="${LABEL_WIDTH}" y="${y}" width="${Math.max(1, length).toFixed(1)}" height="16" rx="2" fill="${isOurs ? "#1d6fd8" : "#b4bac3"}"/>`;
  const figure = text(value.toFixed(value < 100 ? 1 : 0), {
    x: LABEL_WIDTH + length + 8,
    y: y + 13,
  });
  return text(label, { x: 16, y: y + 13 }) + bar + figure;
}

function text(
  content: string,
  { x, y, bold = false }: { readonly x: number; readonly y: number; readonly bold?: boolean },
): string {
  const weight = bold ? ' font-weight="600"' : "";
  return `<text x="${x.toFixed(1)}" y="${y}" fill="#1f2933"${weight}>${content}</text>`;
}

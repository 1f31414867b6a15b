import { useState } from "preact/hooks";
import type { Charts, Overview, Problem, RoomRow } from "../../source";
import { usePoll } from "../hooks";
import { Chart } from "../parts/chart";
import { brief, count, milliseconds, plural, roomName } from "../parts/format";
import { linkTo, linkToRoom } from "../router";
import type { ViewProps } from "../view-props";

/** Minutes; CloudWatch has no less than a minute for a point. */
const WINDOWS = { local: [2, 15, 60], deployed: [60, 360, 1_440] } as const;

/** What runs, at a glance. */
export function OverviewView({ about }: ViewProps) {
  const isLocal = about.kind === "local";
  const [minutes, setMinutes] = useState<number>(WINDOWS[about.kind][0]);
  const overview = usePoll<Overview>("/api/overview", {}, isLocal ? 2_000 : 10_000);
  const charts = usePoll<Charts>("/api/charts", { minutes }, isLocal ? 2_000 : 60_000);
  const problems = usePoll<readonly Problem[]>("/api/problems", {}, isLocal ? 5_000 : 60_000);
  const { data } = overview;
  const rooms = data?.namespaces.reduce((sum, one) => sum + one.rooms, 0);
  const sockets = data?.namespaces.reduce((sum, one) => sum + one.sockets, 0);
  return (
    <div class="view">
      <div class="head">
        <h1>Overview</h1>
        <fieldset class="segments">
          <legend class="sr">Time that the charts show</legend>
          {WINDOWS[about.kind].map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="window"
                checked={one === minutes}
                onChange={() => setMinutes(one)}
              />
              <span>{one < 60 ? `${one} min` : `${one / 60} h`}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <dl class="figures">
        <Figure name="Connections" value={data?.connections} />
        <Figure name="Sockets" value={sockets} href={linkTo("sockets")} />
        <Figure name="Rooms" value={rooms} href={linkTo("rooms")} />
        <Figure name="Namespaces" value={data?.namespaces.length} />
      </dl>
      {overview.error && <p class="notice is-bad">{overview.error.message}</p>}
      {charts.error && <p class="notice is-bad">{charts.error.message}</p>}
      {charts.data ? <AllCharts charts={charts.data} /> : <p class="empty">Reading …</p>}
      <div class="columns is-even">
        <Namespaces overview={data} />
        <Largest rooms={data?.largest} />
      </div>
      {(problems.data?.length ?? 0) > 0 && (
        <p class="notice is-bad">
          {plural(problems.data?.length ?? 0, "kind")} of warnings and errors:{" "}
          <a href={linkTo("functions")}>look at them</a>
        </p>
      )}
    </div>
  );
}

function Figure({ name, value, href }: { name: string; value: number | undefined; href?: string }) {
  const shown = value === undefined ? "–" : count(value);
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{href ? <a href={href}>{shown}</a> : shown}</dd>
    </div>
  );
}

function AllCharts({ charts: { from, stepMs, series } }: { charts: Charts }) {
  const seconds = (series.events.length * stepMs) / 1000;
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const rate = (values: readonly (number | null)[]) => {
    const perSecond = sum(values) / seconds;
    return `${perSecond < 10 ? perSecond.toFixed(1) : brief(perSecond)} / s`;
  };
  const perStep = (value: number) =>
    stepMs === 1000 ? `${brief(value)} / s` : `${brief(value)} in ${stepMs / 1000} s`;
  const last = [...series.waitMedian].reverse().find((value) => value !== null);
  const wrong = sum(series.errors) + sum(series.failedPosts);
  return (
    <div class="charts">
      <Chart
        {...{ title: "Events from clients", from, stepMs, show: perStep }}
        headline={rate(series.events)}
        lines={[{ name: "events", values: series.events, colour: "a" }]}
      />
      <Chart
        {...{ title: "Posts to clients", from, stepMs, show: perStep }}
        headline={rate(series.posts)}
        lines={[{ name: "posts", values: series.posts, colour: "a" }]}
      />
      <Chart
        {...{ title: "Wait before a handler", from, stepMs, show: milliseconds }}
        headline={last === undefined || last === null ? "no event" : milliseconds(last)}
        lines={[
          { name: "median", values: series.waitMedian, colour: "a" },
          { name: "95 %", values: series.waitP95, colour: "b" },
        ]}
      />
      <Chart
        {...{ title: "What failed", from, stepMs, show: brief }}
        headline={wrong === 0 ? "nothing" : brief(wrong)}
        lines={[
          { name: "errors", values: series.errors, colour: "bad" },
          { name: "posts", values: series.failedPosts, colour: "b" },
        ]}
      />
      <Chart
        {...{ title: "Connections", from, stepMs, show: brief }}
        headline={brief(series.connections.at(-1) ?? 0)}
        lines={[{ name: "connections", values: series.connections, colour: "a" }]}
      />
      <Chart
        {...{ title: "Cold starts", from, stepMs, show: brief }}
        headline={brief(sum(series.coldStarts))}
        lines={[{ name: "cold starts", values: series.coldStarts, colour: "a" }]}
      />
    </div>
  );
}

function Namespaces({ overview }: { overview: Overview | undefined }) {
  return (
    <section class="panel is-list">
      <h2>Namespaces</h2>
      {overview?.namespaces.length === 0 && (
        <p class="empty">No client is in a namespace. One is listed from its first socket on.</p>
      )}
      {(overview?.namespaces.length ?? 0) > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th>Name</th>
              <th class="is-number">Sockets</th>
              <th class="is-number">Rooms</th>
            </tr>
          </thead>
          <tbody>
            {overview?.namespaces.slice(0, 50).map(({ namespace, sockets, rooms }) => (
              <tr key={namespace}>
                <td class="mono name">{namespace}</td>
                <td class="is-number">
                  <a href={linkTo("sockets", { namespace })}>{count(sockets)}</a>
                </td>
                <td class="is-number">
                  <a href={linkTo("rooms", { namespace })}>{count(rooms)}</a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Largest({ rooms }: { rooms: readonly RoomRow[] | undefined }) {
  const most = rooms?.[0]?.members ?? 1;
  return (
    <section class="panel is-list">
      <h2>Largest rooms</h2>
      {rooms?.length === 0 && <p class="empty">No socket is in a room.</p>}
      <ol class="bars">
        {rooms?.map(({ namespace, room, members }) => (
          <li key={JSON.stringify([namespace, room])}>
            <a class="name" href={linkToRoom(namespace, room)}>
              {roomName(room)}
            </a>
            <span class="bar-track" aria-hidden="true">
              <span class="bar-fill" style={{ width: `${(100 * members) / most}%` }} />
            </span>
            <span class="is-number">{count(members)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

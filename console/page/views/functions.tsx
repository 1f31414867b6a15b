import type { FunctionRow, Problem } from "../../source";
import { usePoll } from "../hooks";
import { count, span } from "../parts/format";
import type { ViewProps } from "../view-props";

/** Functions with their containers, and what went wrong in them. */
export function FunctionsView({ about }: ViewProps) {
  const everyMs = about.kind === "local" ? 1_000 : 30_000;
  const { data, error } = usePoll<readonly FunctionRow[]>("/api/functions", {}, everyMs);
  const problems = usePoll<readonly Problem[]>("/api/problems", {}, 2 * everyMs);
  const hasContainers = data?.some(({ containers }) => containers) ?? false;
  return (
    <div class="view">
      <h1>Functions</h1>
      {error && <p class="notice is-bad">{error.message}</p>}
      {!data && !error && <p class="empty">Reading …</p>}
      {data?.length === 0 && <p class="empty">No function is known: name the stack to see them.</p>}
      {data && data.length > 0 && (
        <section class="panel is-list">
          <table class="table">
            <thead>
              <tr>
                <th>Function</th>
                <th class="is-number">Invocations</th>
                <th class="is-number">Errors</th>
                <th class="is-number is-wide">Throttled</th>
                <th class="is-number">Cold starts</th>
                {hasContainers && <th class="is-wide">Containers</th>}
              </tr>
            </thead>
            <tbody>
              {data.map((row) => (
                <tr key={row.name}>
                  <td class="mono name">{row.name}</td>
                  <td class="is-number">{count(row.invocations)}</td>
                  <td class={`is-number ${row.errors > 0 ? "is-bad" : ""}`}>{count(row.errors)}</td>
                  <td class={`is-number is-wide ${row.throttles > 0 ? "is-bad" : ""}`}>
                    {count(row.throttles)}
                  </td>
                  <td class="is-number">
                    {row.coldStarts === undefined ? "–" : count(row.coldStarts)}
                  </td>
                  {hasContainers && (
                    <td class="is-wide">
                      <ContainersOf row={row} />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
          {hasContainers && (
            <p class="table-legend is-wide" aria-hidden="true">
              {["busy", "idle", "ready", "loading"].map((what) => (
                <span key={what}>
                  <span class={`container is-${what}`} />
                  {what === "ready" ? "never used" : what}
                </span>
              ))}
            </p>
          )}
        </section>
      )}
      <h2>Warnings and errors</h2>
      {problems.error && <p class="notice is-bad">{problems.error.message}</p>}
      {problems.data?.length === 0 && <p class="muted">None so far.</p>}
      <ol class="problems">
        {problems.data?.map((problem) => (
          <ProblemOf
            key={JSON.stringify([problem.function, problem.message, problem.details])}
            problem={problem}
          />
        ))}
      </ol>
    </div>
  );
}

/** One square for each container. */
function ContainersOf({ row: { containers, name } }: { row: FunctionRow }) {
  if (!containers) return null;
  const { busy, idle, ready, loading } = containers;
  const all = [
    ...Array<string>(busy).fill("busy"),
    ...Array<string>(idle).fill("idle"),
    ...Array<string>(ready).fill("ready"),
    ...Array<string>(loading).fill("loading"),
  ];
  const text = `${busy} busy, ${idle} idle, ${ready} never used, ${loading} loading`;
  return (
    <span class="containers" role="img" aria-label={`${name}: ${text}`} title={text}>
      {all.slice(0, 24).map((what, place) => (
        <span key={`${what} ${place}`} class={`container is-${what}`} />
      ))}
      {all.length > 24 && `+${all.length - 24}`}
    </span>
  );
}

function ProblemOf({ problem }: { problem: Problem }) {
  const { at, level, message, place, details } = problem;
  return (
    <li class={`problem is-${level.toLowerCase()}`}>
      <details>
        <summary>
          <span class="problem-text">{message}</span>
          <span class="problem-about muted">
            {level.toLowerCase()} of {problem.function}
            {problem.count > 1 && `, ${count(problem.count)} times`}, {span(Date.now() - at)} ago
            {place && (
              <>
                {" "}
                at <span class="mono place">{place}</span>
              </>
            )}
          </span>
        </summary>
        <pre class="raw">{details ?? "No more is known."}</pre>
      </details>
    </li>
  );
}

import type { Overview } from "../../source";
import { usePoll } from "../hooks";
import { changeQuery, type Route } from "../router";

interface NamespaceSelectProps {
  readonly route: Route;
  /** Whether the view can show all of them. */
  readonly all: boolean;
  /** What it shows where the address names none. */
  readonly shown?: string;
}

/** Which namespace a view shows. */
export function NamespaceSelect({ route, all, shown = "" }: NamespaceSelectProps) {
  const { data } = usePoll<Overview>("/api/overview", {}, 5_000);
  const chosen = route.query.get("namespace") || shown;
  const names = new Set(data?.namespaces.map(({ namespace }) => namespace) ?? []);
  if (chosen !== "") names.add(chosen);
  return (
    <label class="field">
      Namespace
      <select
        value={chosen}
        onChange={({ currentTarget }) => changeQuery(route, { namespace: currentTarget.value })}
      >
        {all && <option value="">all</option>}
        {[...names].sort().map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A search that the address keeps. */
export function Search({
  route,
  label,
  name = "search",
}: {
  route: Route;
  label: string;
  name?: string;
}) {
  return (
    <label class="field is-search">
      {label}
      <input
        type="search"
        value={route.query.get(name) ?? ""}
        onInput={({ currentTarget }) => changeQuery(route, { [name]: currentTarget.value })}
        autocomplete="off"
        spellcheck={false}
      />
    </label>
  );
}

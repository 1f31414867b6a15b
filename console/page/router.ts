import { useEffect, useState } from "preact/hooks";
import { pathOf, type Query } from "./api";

/** Where the page is: `#/rooms?namespace=%2F`. The hash keeps it out of requests, and works with "back". */
export interface Route {
  readonly view: string;
  readonly query: URLSearchParams;
}

export function linkTo(view: string, query: Query = {}): string {
  return `#${pathOf(`/${view}`, query)}`;
}

/** Links to a room say whether its name is a number. */
export function linkToRoom(namespace: string, room: string | number): string {
  return linkTo("room", { namespace, room: JSON.stringify(room) });
}

export function linkToSocket(namespace: string, id: string): string {
  return linkTo("socket", { namespace, id });
}

/** Changes the query of the view, without an entry of the history. */
export function changeQuery({ view, query }: Route, changes: Query): void {
  const next = { ...Object.fromEntries(query), ...changes };
  history.replaceState(null, "", linkTo(view, next));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute(): Route {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const update = () => setRoute(current());
    window.addEventListener("hashchange", update);
    return () => window.removeEventListener("hashchange", update);
  }, []);
  return route;
}

function current(): Route {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
  return { view: path || "overview", query: new URLSearchParams(query) };
}

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { About } from "../source";
import { usePoll } from "./hooks";
import { Toasts } from "./parts/toasts";
import { linkTo, useRoute } from "./router";
import { applyTheme, chosenTheme, THEMES, type Theme } from "./theme";
import type { ViewProps } from "./view-props";
import { EventsView } from "./views/events";
import { FunctionsView } from "./views/functions";
import { LanesView } from "./views/lanes";
import { MapView } from "./views/map";
import { OverviewView } from "./views/overview";
import { RoomView } from "./views/room";
import { RoomsView } from "./views/rooms";
import { SocketView } from "./views/socket";
import { SocketsView } from "./views/sockets";
import { StateView } from "./views/state";

interface Place {
  readonly title: string;
  readonly View: (props: ViewProps) => JSX.Element;
  /** Which entry of the navigation it belongs to. @default - its own */
  readonly under?: string;
}

const PLACES: Readonly<Record<string, Place>> = {
  overview: { title: "Overview", View: OverviewView },
  map: { title: "Map", View: MapView },
  rooms: { title: "Rooms", View: RoomsView },
  sockets: { title: "Sockets", View: SocketsView },
  events: { title: "Events", View: EventsView },
  lanes: { title: "Lanes", View: LanesView },
  functions: { title: "Functions", View: FunctionsView },
  state: { title: "State", View: StateView },
  room: { title: "Room", View: RoomView, under: "rooms" },
  socket: { title: "Socket", View: SocketView, under: "sockets" },
};

export function App() {
  const route = useRoute();
  const { data: about, error } = usePoll<About>("/api/about", {}, 5_000);
  const [known, setKnown] = useState<About>();
  useEffect(() => {
    if (about) setKnown(about);
  }, [about]);
  const place = PLACES[route.view];
  const title = place?.title ?? "Not found";
  const main = useRef<HTMLElement>(null);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = `${title} · ${known?.name ?? "Lambda Rooms"}`;
    main.current?.scrollTo(0, 0);
    // On a phone the entries are one line that scrolls.
    nav.current
      ?.querySelector("[aria-current]")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [title, route.view, known?.name]);
  if (error?.status === 401) return <Locked message={error.message} />;
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="bar">
        <a class="brand" href={linkTo("overview")}>
          <img src="/icon.svg" alt="" width="24" height="24" />
          <span class="brand-name">{known?.name ?? "Lambda Rooms"}</span>
        </a>
        <Status about={known} error={error?.message} />
        <ThemeSwitch />
      </header>
      <nav class="nav" aria-label="Console" ref={nav}>
        {Object.entries(PLACES)
          .filter(([, { under }]) => under === undefined)
          .map(([view, { title: name }]) => (
            <a
              key={view}
              href={linkTo(view)}
              aria-current={view === (place?.under ?? route.view) ? "page" : undefined}
            >
              {name}
            </a>
          ))}
      </nav>
      <main class="main" id="main" tabIndex={-1} ref={main}>
        {known && place && <place.View route={route} about={known} />}
        {known && !place && <p class="empty">There is no page of this name.</p>}
        {!known && <p class="empty">{error ? error.message : "Connecting …"}</p>}
      </main>
      <Toasts />
    </div>
  );
}

function Status({ about, error }: { about: About | undefined; error: string | undefined }) {
  const kind =
    about?.kind === "deployed" ? `deployed${about.region ? `, ${about.region}` : ""}` : "local";
  return (
    <p class={`status ${error ? "is-bad" : ""}`} role="status">
      <span class="light" aria-hidden="true" />
      {error ?? (about ? kind : "connecting")}
    </p>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <label class="theme">
      <span class="sr">Colours</span>
      <select
        value={theme}
        onChange={({ currentTarget }) => {
          setTheme(currentTarget.value as Theme);
          applyTheme(currentTarget.value as Theme);
        }}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {one === "system" ? "Auto" : one === "light" ? "Light" : "Dark"}
          </option>
        ))}
      </select>
    </label>
  );
}

function Locked({ message }: { message: string }) {
  return (
    <main class="locked">
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1>This tab has no key to the console</h1>
      <p>{message}.</p>
      <p class="muted">
        Each start of the console has a new one, so that no other page can use it.
      </p>
    </main>
  );
}

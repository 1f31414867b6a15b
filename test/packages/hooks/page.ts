import { createElement as h, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import {
  RoomsProvider,
  useEvent,
  usePresence,
  useRoom,
  useRooms,
} from "../../../packages/client/src/react";

/** A chat of one component for each hook. The test looks at it in a browser, as React runs it while one develops. */

function Status() {
  const { status, error } = useRooms();
  return h("p", { id: "status" }, status, error ? ` ${error.code}` : "");
}

function Room({ name }: { name: string }) {
  const { isJoined, error, send } = useRoom(name);
  const { members, isLoading } = usePresence(name);
  const [texts, setTexts] = useState<readonly string[]>([]);
  useEvent("message", (text) => setTexts([...texts, text]));
  return h(
    "section",
    { "data-joined": String(isJoined) },
    h("p", { id: "error" }, error?.code),
    h("p", { id: "members" }, isLoading ? "?" : String(members.length)),
    h("ul", null, ...texts.map((text, at) => h("li", { key: at }, text))),
    h(
      "button",
      { type: "button", id: "say", onClick: () => void send("message", `hello ${name}`) },
      "Say",
    ),
  );
}

function App() {
  const [room, setRoom] = useState<string | undefined>("team.red");
  return h(
    RoomsProvider,
    { url: "/prod" },
    h(Status),
    room && h(Room, { name: room }),
    h("button", { type: "button", id: "go", onClick: () => setRoom("team.blue") }, "Go"),
    h("button", { type: "button", id: "leave", onClick: () => setRoom(undefined) }, "Leave"),
  );
}

const element = document.createElement("main");
document.body.append(element);
createRoot(element).render(h(StrictMode, null, h(App)));

import { useState } from "react";
import { Room } from "./Room";
import { useRooms } from "./rooms";

const ROOMS = ["team.red", "team.blue"];

export function App() {
  const { status, error } = useRooms();
  const [room, setRoom] = useState(ROOMS[0]);
  return (
    <>
      <nav>
        {ROOMS.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === room}
            onClick={() => setRoom(name)}
          >
            {name}
          </button>
        ))}
        <output>{error ? error.message : status}</output>
      </nav>
      <Room key={room} name={room} />
    </>
  );
}

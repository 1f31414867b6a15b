"""Rooms from Python: python3 rooms.py ws://localhost:3000/prod Ada hello"""

import json
import sys
from collections import deque
from web_socket import WebSocket


class Rooms:
    """A client of the JSON protocol. What is heard while it waits for an answer is kept for `events`."""

    def __init__(self, url: str):
        self._socket = WebSocket(url)
        self._heard: deque = deque()
        self._last_id = 0
        self.id = self._receive("connect")["id"]

    def act(self, action: str, **fields):
        """Carries out an action and returns what the server answers."""
        self._last_id += 1
        self._send(action, id=self._last_id, **fields)
        while True:
            message = self._next()
            if message.get("id") == self._last_id and message["type"] == "ack":
                return message["args"][0] if message["args"] else None
            if message.get("id") == self._last_id and message["type"] == "error":
                raise RuntimeError(f"{message['code']}: {message['message']}")
            self._keep(message)

    def events(self):
        """All events, as they come."""
        while True:
            while not self._heard:
                self._keep(self._next())
            yield self._heard.popleft()

    def close(self) -> None:
        self._send("disconnect")
        self._socket.close()

    def _send(self, action: str, **fields) -> None:
        # `action` comes first: API Gateway tells an ack by how its frame begins.
        self._socket.send(json.dumps({"action": action, **fields}))

    def _keep(self, message: dict) -> None:
        if "ack" in message:
            self._send("ack", ack=message["ack"], args=["fine, says Python"])
        elif message["type"] in ("event", "joined", "left"):
            self._heard.append(message)

    def _next(self) -> dict:
        return json.loads(self._socket.receive())

    def _receive(self, kind: str) -> dict:
        while (message := self._next())["type"] != kind:
            pass
        return message


def main() -> None:
    url, name, text = sys.argv[1:4]
    rooms = Rooms(url)
    rooms.act("join", room="team.red")
    print(f"{rooms.act('members', room='team.red', count=True)['count']} here", flush=True)
    rooms.act("send", room="team.red", event="message", args=[f"{name}: {text}"])
    print(rooms.act("emit", event="ask me"), flush=True)
    for message in rooms.events():
        if message["type"] != "event":
            print(f"{message['type']}: {message['id']}", flush=True)
            continue
        print(message["args"][0], flush=True)
        if message["args"][0] == "bye":
            break
    rooms.close()


if __name__ == "__main__":
    main()

"""A WebSocket for text, of Python's standard library alone. With the package websockets: websockets.sync.client.connect.

https://www.rfc-editor.org/rfc/rfc6455#section-5
"""

import base64
import os
import socket
import ssl
import struct
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class WebSocket:
    def __init__(self, url: str):
        target = urlsplit(url)
        is_secure = target.scheme == "wss"
        port = target.port or (443 if is_secure else 80)
        raw = socket.create_connection((target.hostname, port))
        context = ssl.create_default_context() if is_secure else None
        self._socket = context.wrap_socket(raw, server_hostname=target.hostname) if context else raw
        self._stream = self._socket.makefile("rb")
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {target.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        status = self._stream.readline().decode().strip()
        while self._stream.readline() not in (b"\r\n", b""):
            pass
        if " 101 " not in f"{status} ":
            raise ConnectionError(f"Cannot connect: expected status 101, got {status}")

    def send(self, text: str) -> None:
        self._send(TEXT, text.encode())

    def receive(self) -> str:
        """Waits for the next text."""
        text = b""
        while True:
            first, second = self._read(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self._read(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._read(8))
            data = self._read(length)
            kind = first & 0x0F
            if kind == PING:
                self._send(PONG, data)
            elif kind == CLOSE:
                raise ConnectionError("The server has closed the connection")
            elif kind != PONG:
                text += data
                if first & 0x80:
                    return text.decode()

    def close(self) -> None:
        self._send(CLOSE, b"")
        self._socket.close()

    def _send(self, kind: int, data: bytes) -> None:
        size = len(data)
        length = bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0xFE, size)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        self._socket.sendall(bytes([0x80 | kind]) + length + mask + masked)

    def _read(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) < count:
            raise ConnectionError("The connection has ended")
        return data

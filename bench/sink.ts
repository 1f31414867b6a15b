import { readFileSync } from "node:fs";
import { createServer as createTcpServer, type Socket } from "node:net";
import path from "node:path";
import { createServer as createTlsServer } from "node:tls";

/**
 * A management API that only answers: `node sink.js <tls|plain> <delay ms>`, in a process of its own so
 * that it shares its CPU with no other code. Prints its port.
 */
const [, , kind, delay] = process.argv;
const delayMs = Number(delay);
const ANSWER = Buffer.from(
  "HTTP/1.1 200 OK\r\nDate: Wed, 25 Nov 2026 10:00:00 GMT\r\nContent-Length: 0\r\nConnection: keep-alive\r\nx-amzn-RequestId: 6cf8f2a1-0000-0000-0000-000000000000\r\nx-amz-apigw-id: Abcdefghijklmno=\r\n\r\n",
);

function serve(socket: Socket): void {
  let received = "";
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    received += bytes.toString("latin1");
    for (;;) {
      const end = received.indexOf("\r\n\r\n");
      if (end === -1) return;
      const length = Number(/content-length: ?(\d+)/i.exec(received.slice(0, end))?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      received = received.slice(end + 4 + length);
      if (delayMs === 0) socket.write(ANSWER);
      else setTimeout(() => socket.write(ANSWER), delayMs);
    }
  });
}

const read = (name: string) => readFileSync(path.join(process.cwd(), "bench/certificate", name));
const server =
  kind === "tls"
    ? createTlsServer(
        { key: read("key.pem"), cert: read("cert.pem"), ALPNProtocols: ["http/1.1"] },
        serve,
      )
    : createTcpServer(serve);
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as { port: number }).port}\n`);
});
// Never asleep, so that no write has to wake it: on one machine that would be paid by who writes, while
// a network card takes what it is given.
const spin = () => void setImmediate(spin);
spin();
process.on("disconnect", () => process.exit());

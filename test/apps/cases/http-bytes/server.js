const { createServer } = require("http");
const { createReadStream } = require("fs");
const { pipeline, Readable } = require("stream");
const zlib = require("zlib");
const { Server } = require("socket.io");

const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

const server = createServer((req, res) => {
  if (req.url === "/bytes") return res.writeHead(200, { "content-type": "image/png" }).end(every);
  if (req.url === "/pieces") {
    res.setHeader("content-type", "text/plain; charset=utf-8");
    let n = 0;
    const timer = setInterval(() => {
      res.write(`${++n} grün\n`);
      if (n === 3) res.end(() => clearInterval(timer));
    }, 5);
    return;
  }
  if (req.url === "/file") return createReadStream(`${__dirname}/server.js`).pipe(res);
  if (req.url === "/gzip") {
    res.setHeader("content-encoding", "gzip");
    return pipeline(Readable.from(["hello ", "world"]), zlib.createGzip(), res, () => undefined);
  }
  if (req.url === "/echo") return req.pipe(res);
  if (req.url === "/large") return res.end("x".repeat(3_000_000));
  if (req.headers["if-none-match"] === '"1"') return res.writeHead(304, { etag: '"1"' }).end();
  res.setHeader("etag", '"1"');
  res.end("page");
});
const io = new Server(server);
io.on("connection", (socket) => socket.emit("welcome"));
server.listen(process.env.PORT || 3000);

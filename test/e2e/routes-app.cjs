const express = require("express");
const session = require("express-session");
const app = express();
const server = require("node:http").createServer(app);
const io = require("socket.io")(server);

let count = 0;
const notes = new Map();

io.on("connection", (socket) => {
  socket.on("count", (answer) => {
    count += 1;
    answer(count);
  });
  socket.on("note", (name, answer) => answer(notes.get(name)));
  socket.emit("welcome");
});

app.use(express.json({ limit: "6mb" }));
app.get("/", (_req, res) => res.send("page"));
app.get("/count", (_req, res) => res.json(count));
app.post("/count", (_req, res) => {
  count += 1;
  io.emit("counted", count);
  res.json(count);
});
app.post("/notes/:name", (req, res) => {
  notes.set(req.params.name, { text: req.body.text.slice(0, 20), bytes: req.body.text.length });
  res.status(201).end();
});
app.get("/large", (req, res) => {
  const bytes = require("node:crypto").randomBytes(Number(req.query.bytes));
  res.set("x-sum", require("node:crypto").createHash("sha256").update(bytes).digest("hex"));
  res.send(bytes);
});
app.get("/container", (_req, res) => res.json(require("node:worker_threads").threadId));
app.get("/fails", () => {
  throw new Error("a route that fails");
});
app.use("/session", session({ secret: "s", resave: false, saveUninitialized: true }));
app.get("/session", (req, res) => {
  req.session.visits = (req.session.visits ?? 0) + 1;
  res.json(req.session.visits);
});
server.listen(3000);

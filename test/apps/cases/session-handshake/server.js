const http = require("node:http").createServer();
const io = require("socket.io")(http);

/** As sessions of packages are: an object with methods, made again from the request. */
class Session {
  constructor(name) {
    this.name = name;
  }
  greet() {
    return `hello ${this.name}`;
  }
}

io.engine.use((req, res, next) => {
  const { name } = Object.fromEntries(
    [req.headers.cookie.split("=")].map(([, name]) => ["name", name]),
  );
  if (!name) {
    res.writeHead(403);
    return res.end();
  }
  req.session = new Session(name);
  req.at = Math.random();
  req.logout = () => "bye";
  next();
});
io.on("connection", (socket) => {
  const { request } = socket;
  socket.data.at = request.at;
  socket.emit("welcome", request.session.greet());
  socket.on("who", (answer) =>
    answer(
      request.session instanceof Session,
      request.session.greet(),
      request.logout(),
      request.at === socket.data.at,
    ),
  );
});
http.listen(process.env.PORT || 3000);

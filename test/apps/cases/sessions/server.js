const http = require("node:http").createServer();
const session = require("express-session");
const passport = require("passport");
const { Server } = require("socket.io");

/** As a database would hold it for all processes. */
const sessions = { abc: { cookie: {}, passport: { user: 7 } } };
class Store extends session.Store {
  get(id, done) {
    setImmediate(done, null, sessions[id] && structuredClone(sessions[id]));
  }
  set(_id, _session, done) {
    done?.();
  }
  touch(_id, _session, done) {
    done?.();
  }
}
passport.deserializeUser((id, done) => done(null, { id, name: "ada" }));

const io = new Server(http);
// As Socket.IO's documentation has it.
const onlyForHandshake = (middleware) => (req, res, next) =>
  req._query.sid === undefined ? middleware(req, res, next) : next();
const store = new Store();
const options = { secret: "s3cret", resave: false, saveUninitialized: false, store };
io.engine.use(onlyForHandshake(session(options)));
io.engine.use(onlyForHandshake(passport.session()));
io.engine.use(
  onlyForHandshake((req, res, next) => {
    if (req.user) return next();
    res.writeHead(401);
    res.end();
  }),
);
io.on("connection", (socket) => {
  const { request } = socket;
  socket.emit("welcome", request.user.name, request.session.id);
  socket.on("who", (answer) =>
    answer(request.user, request.isAuthenticated(), typeof request.session.save),
  );
});
http.listen(process.env.PORT || 3000);

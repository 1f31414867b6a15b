const express = require("express");
const session = require("express-session");
const passport = require("passport");
const { Strategy } = require("passport-local");

const app = express();
const server = require("http").Server(app);
const io = require("socket.io")(server);

passport.use(new Strategy((name, word, done) => done(null, word === "secret" && { name })));
passport.serializeUser((user, done) => done(null, user.name));
passport.deserializeUser((name, done) => done(null, { name }));

app.use(session({ secret: "not one", resave: false, saveUninitialized: false }));
app.use(express.urlencoded({ extended: true }));
app.use(passport.initialize());
app.use(passport.session());

const users = express.Router();
users.use((req, res, next) => (req.isAuthenticated() ? next() : res.status(401).send("who?")));
users.get("/me", (req, res) => {
  io.emit("visit", req.user.name);
  res.send(`you are ${req.user.name}`);
});
app.post(
  "/login",
  passport.authenticate("local", { successRedirect: "/users/me", failureRedirect: "/login" }),
);
app.get("/count", (req, res) => {
  req.session.n = (req.session.n ?? 0) + 1;
  res.send(`visit ${req.session.n}`);
});
app.use("/users", users);
io.on("connection", (socket) => socket.emit("welcome"));
server.listen(process.env.PORT || 3000);

const Koa = require("koa");
const { createServer } = require("http");
const { Server } = require("socket.io");

const app = new Koa();
app.keys = ["a key"];
const server = createServer();
const io = new Server(server);
io.on("connection", (socket) => socket.emit("welcome"));

app.use(async (ctx, next) => {
  ctx.set("x-app", "koa");
  await next();
});
app.use((ctx) => {
  if (ctx.path === "/say") {
    ctx.cookies.set("last", ctx.query.text, { signed: true });
    io.emit("said", ctx.query.text);
    ctx.body = { said: ctx.query.text, before: ctx.cookies.get("last", { signed: true }) ?? null };
  } else if (ctx.path === "/") {
    ctx.body = "<h1>koa</h1>";
  }
});
server.on("request", app.callback());
server.listen(process.env.PORT || 3000);

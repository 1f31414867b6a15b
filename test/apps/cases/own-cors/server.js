const cors = require("cors");
const http = require("http").createServer();
const io = require("socket.io")(http, { cors: { origin: "https://a.example" } });

// The package, which is a stub where socket.io itself would ask it.
const headers = {};
const response = { setHeader: (name, value) => (headers[name] = value), getHeader: () => "" };
cors({ origin: "https://b.example" })({ method: "GET", headers: {} }, response, () => undefined);

io.on("connection", (socket) => socket.emit("welcome", headers));
http.listen(process.env.PORT || 3000);

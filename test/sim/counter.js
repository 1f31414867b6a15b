// A part of the simulated application whose variable belongs to one socket; it is compiled to be kept.
const io = require("socket.io")();

for (const name of ["/", "/guarded"]) {
  io.of(name).on("connection", (socket) => {
    let count = 0;
    const marks = new Set();
    socket.on("count", (n, ack) => {
      count++;
      // A listener in a listener, which the next event finds in another container.
      if (!marks.has("more"))
        socket.on("count more", (more, done) => done(more, ++count, marks.size));
      marks.add("more");
      ack(n, count, marks.size);
    });
  });
}

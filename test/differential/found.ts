import type { Act, ClientName, Program, Step } from "./language";

/** Programs that have told the two servers apart, with what they are about. */

const at = (...acts: readonly Act[]): Step => ({ step: "batch", acts });
const say = (client: ClientName, word: number): Act => ({ act: "say", client, word });

export const found: Readonly<Record<string, Program>> = {
  "an ack that was given before its container ended is not given again": {
    app: "acks",
    fresh: "every",
    // "ask" keeps the ack twice; "mine" gives it, and so does "answer".
    steps: [at(say("a", 0)), at(say("a", 2)), at(say("b", 1))],
  },
  "views of one buffer show the same bytes, hidden properties and the place of a pattern are kept":
    {
      app: "shapes",
      fresh: "every",
      steps: [at(say("a", 4)), at(say("a", 4)), at(say("a", 6))],
    },
  "a connection is not counted any more when its end is told": {
    app: "party",
    fresh: "none",
    steps: [at(say("a", 0)), at({ act: "drop", client: "a" }, say("b", 10))],
  },
  "variables that are called as parameters of the compiler are kept": {
    app: {
      source: `const io = require("socket.io")();
io.on("connection", (socket) => {
  let k = 1, w = 2, v = 3;
  socket.on("e0", (ack) => socket.emit("kept", k++, w++, v++));
});`,
    },
    fresh: "every",
    steps: [at(say("a", 0)), at(say("a", 0))],
  },
  "an operator that a file has made at its top reaches its room": {
    app: {
      source: `const io = require("socket.io")();
const room = io.to("r");
io.on("connection", (socket) => {
  socket.join("r");
  socket.on("e0", () => room.emit("heard", socket.id));
});`,
    },
    fresh: "some",
    steps: [at(say("a", 0)), at(say("b", 0))],
  },
  "instances whose prototype does not name their function are kept": {
    app: {
      source: `const io = require("socket.io")();
function Player(n) { this.n = n; }
Player.prototype = { up: function () { return ++this.n; } };
function Team() { Player.call(this, 10); }
Team.prototype = Object.create(Player.prototype);
const player = new Player(1);
let team;
io.on("connection", (socket) => {
  socket.on("e0", () => {
    team ??= new Team();
    socket.emit("up", player.up(), team.up(), team instanceof Player);
  });
});`,
    },
    fresh: "every",
    steps: [at(say("a", 0)), at(say("a", 0))],
  },
  "methods of the application's own collections are not called to keep them": {
    app: {
      source: `const io = require("socket.io")();
class Counted extends Map {
  #asked = 0;
  get(key) { this.#asked++; return super.get(key) ?? "none"; }
  keys() { this.#asked++; return super.keys(); }
  get asked() { return this.#asked; }
}
class Loud extends Set {
  looks = 0;
  [Symbol.iterator]() { this.looks++; return super.values(); }
}
const counted = new Counted([["a", 1]]), loud = new Loud([1]);
io.on("connection", (socket) => {
  socket.on("e0", () => {
    counted.set(socket.id, counted.get("a"));
    socket.emit("asked", counted.asked, counted.size, loud.looks, loud.size);
  });
});`,
    },
    fresh: "every",
    steps: [at(say("a", 0)), at(say("a", 0))],
  },
};

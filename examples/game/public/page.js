const socket = io();
const element = (id) => document.getElementById(id);
let mark;

const fields = Array.from({ length: 9 }, (_, field) => {
  const button = document.createElement("button");
  button.setAttribute("aria-label", `Field ${field + 1}`);
  button.disabled = true;
  button.onclick = () => socket.emit("move", field, () => {});
  element("board").append(button);
  return button;
});

function show(board, turn) {
  fields.forEach((button, field) => {
    button.textContent = board[field];
    button.disabled = board[field] !== "" || turn !== mark;
  });
}
const say = (text) => {
  element("status").textContent = text;
};

element("play").onclick = () => socket.emit("play");
socket.on("wait", () => say("Waiting for another player …"));
socket.on("begin", (own) => {
  mark = own;
});
socket.on("board", (board, turn) => {
  show(board, turn);
  say(`You are ${mark}. ${turn === mark ? "Your turn: 20 seconds" : "The other's turn"}`);
});
socket.on("end", (board, result, isLate) => {
  show(board);
  const outcome = result === "draw" ? "A draw" : result === mark ? "You have won" : "You have lost";
  say(isLate ? `${outcome}: the time was over` : outcome);
});

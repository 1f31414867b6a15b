/** Tic-tac-toe, and nothing of sockets. */

const LINES = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
];

/** The mark that has a line, "draw" if the board is full, else undefined. */
function outcome(board) {
  const won = LINES.find(([a, b, c]) => board[a] && board[a] === board[b] && board[a] === board[c]);
  if (won) return board[won[0]];
  return board.every(Boolean) ? "draw" : undefined;
}

module.exports = { outcome };

const state = require("./state");
const { users } = state;
let joined = 0;
function join(id) {
  const user = { id, number: ++joined };
  users[id] = user;
  state.count++;
  state.rooms.get("lobby").add(user);
  return user;
}
function leave(id) {
  state.rooms.get("lobby").delete(users[id]);
  delete users[id];
}
module.exports = { join, leave, size: () => Object.keys(users).length };

const io = require("socket.io")();
class Account {
  static #made = 0;
  static all = new Map();
  #balance = 0;
  #history = [];
  owner;
  constructor(owner, balance) {
    this.owner = owner;
    this.#balance = balance;
    this.number = ++Account.#made;
    Account.all.set(owner, this);
  }
  static get made() {
    return Account.#made;
  }
  get balance() {
    return this.#balance;
  }
  #note(what) {
    this.#history.push(what);
  }
  pay(amount) {
    this.#balance -= amount;
    this.#note(amount);
    return this.#history.length;
  }
  payLater(amount, done) {
    setTimeout(() => {
      this.pay(amount);
      done(this.#balance);
    }, 300);
  }
}
class Savings extends Account {
  #rate = 2;
  interest() {
    this.#rate++;
    return this.balance * this.#rate;
  }
}
class Names extends Map {
  order = [];
  set(key, value) {
    this.order?.push(key);
    return super.set(key, value);
  }
}
class Refused extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}
const names = new Names();
let last = null;
io.on("connection", (socket) => {
  socket.on("open", (kind) => {
    const account = kind ? new Savings(socket.id, 100) : new Account(socket.id, 10);
    names.set(socket.id, account);
  });
  socket.on("pay", (amount, ack) => {
    const account = names.get(socket.id);
    if (!account) last = new Refused(`no account of ${socket.id}`, amount);
    ack(account?.pay(amount), account?.balance, account instanceof Savings, account?.interest?.());
  });
  socket.on("pay later", (amount) =>
    names.get(socket.id)?.payLater(amount, (balance) => socket.emit("paid", balance)),
  );
  socket.on("show", (ack) => {
    const same = Account.all.get(socket.id) === names.get(socket.id);
    ack(Account.made, [...Account.all.keys()], names.order, names.get(socket.id)?.number, same);
  });
  socket.on("last", (ack) =>
    ack(last?.message, last?.code, last instanceof Refused, last instanceof Error, last?.name),
  );
});

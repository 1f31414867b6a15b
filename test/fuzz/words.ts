/** Names and pieces of text that are likely to hurt. */

export const NAMESPACES = [
  "/",
  "/",
  "/plain",
  "/raw",
  "/raw",
  "/gate",
  "/dyn-1",
  "/dyn-x",
  "/fn-a",
  "/fn-b",
  "/none",
] as const;

export const ODD_NAMESPACES = [
  "//",
  "/raw/",
  "/RAW",
  "/raw?x=1",
  "/raw/../plain",
  "/__proto__",
  "/constructor",
  "/dyn-12",
  "/\u0000",
  "/\ufeff",
  "/\ud800",
  "/ü𝕏",
  `/${"n".repeat(255)}`,
  `/${"n".repeat(256)}`,
  "raw",
  "",
] as const;

/** What the application listens to. */
export const EVENTS = [
  ..."echo set get later once".split(" "),
  ..."join leave say throw reject".split(" "),
  ..."all back volatile except fetch gather scatter kick bye hang replace ask poll".split(" "),
] as const;

export const MANAGED = ["join", "leave", "send", "rooms", "members", "renew"] as const;

export const ODD_EVENTS = [
  ..."connect connect_error disconnect disconnecting newListener removeListener".split(" "),
  ..."connection error __proto__ constructor toString hasOwnProperty valueOf then".split(" "),
  ..."rooms:joined rooms:left rooms:expired rooms:nothing create-room join-room".split(" "),
  ..."asked once said emit prototype length".split(" "),
  "",
  " ",
  "\u0000",
  "\ud800",
  "e".repeat(256),
  "e".repeat(257),
] as const;

export const ROOMS = ["pub.lobby", "pub.lobby", "pub.a", "own.a", "x", "y", "secret"] as const;

export const ODD_ROOMS = [
  "",
  "\u0000",
  "\ud800",
  "\ufffd",
  "pub.\ud800",
  "pub.\ufffd",
  "pub.lobby\n",
  "pub.lobby,x",
  "pub.",
  ".",
  "__proto__",
  "constructor",
  "n5",
  "s",
  `pub.${"r".repeat(252)}`,
  `pub.${"r".repeat(253)}`,
  "r".repeat(2100),
  "{{sid:a}}",
  "{{sid:b}}",
] as const;

export const KEYS = [
  ..."__proto__ constructor prototype toString toJSON then length key name".split(" "),
  ..."_placeholder num $bytes $$bytes base64 type data isOwner no pass boom sid pid offset".split(
    " ",
  ),
  ..."room event args scope action namespace id ack auth recover count limit after token".split(
    " ",
  ),
  ..."status value isAdmin claims exp secret polluted hasOwnProperty 0 -1 1e3".split(" "),
  "",
] as const;

export const NUMBERS = [
  "0",
  "-0",
  "-1",
  "00",
  "007",
  "1.5",
  "1e3",
  "1e308",
  "1e999",
  "-1e999",
  "9007199254740991",
  "9007199254740993",
  "99999999999999999999999999",
  "NaN",
  "Infinity",
  "0x10",
  "0b1",
  " 1",
  "१",
] as const;

/** Inserted anywhere by mutation. */
export const TOKENS = [
  ...KEYS.map((key) => JSON.stringify(key)),
  ...NUMBERS,
  ...NAMESPACES,
  ..."40 41 42 43 44 45 46 0 1 2 3 5 6 40~ 42~ 43~ 451- 461- 4510- 4511- b bAQID b= ~ ,".split(" "),
  ...'[] {} null true false [[ ]] {{ }} " \\ \\u0000 \\ud800 : - / \n \t'.split(" "),
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"_placeholder":true,"num":0}',
  '{"_placeholder":true,"num":"__proto__"}',
  '{"$bytes":"AQID"}',
  '{"$bytes":1}',
  "\ufeff",
  "\u0000",
  "\u2028",
  "{{ack:a}}",
  "{{pid:b}}",
  "{{offset:a}}",
] as const;

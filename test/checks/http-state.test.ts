import { checkClosures, formatFindings } from "../../checks/closures";

/** Place and what is named, of each finding. */
function namedIn(file: string): string[] {
  const lines = formatFindings(checkClosures(file)).split("\n");
  return lines.map((line) => line.replace(`${file}:`, "").split(" but ")[0] ?? "");
}

test("names variables that routes change, since each container has its own", () => {
  expect(namedIn("test/checks/fixtures/http/state.cjs")).toEqual([
    "10:3  `visits` is assigned in an HTTP middleware",
    '16:3  `messages` is changed in the route "/messages"',
    "21:3  `hits` is assigned in the listener for HTTP requests",
  ]);
});

test("names them also in chains of a route, in added listeners and in every server of Node", () => {
  expect(namedIn("test/checks/fixtures/http/more-state.cjs")).toEqual([
    '18:5  `posts` is assigned in the route "/posts"',
    '23:3  `puts` is assigned in the route "/things"',
    '27:3  `deletes` is assigned in the route "/things/:id"',
    "32:3  `rows` is assigned in a function, whose callers do not show in the source (also line 47)",
    "36:3  `added` is assigned in the listener for HTTP requests",
    "39:3  `streams` is assigned in the listener for HTTP requests",
    "42:3  `made` is assigned in the listener for HTTP requests",
  ]);
});

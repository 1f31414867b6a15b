import { checkClosures, formatFindings } from "../../checks/closures";

test("names variables that routes change, since each container has its own", () => {
  const file = "test/checks/fixtures/http/state.cjs";
  const lines = formatFindings(checkClosures(file)).split("\n");
  expect(lines.map((line) => line.replace(`${file}:`, "").split(" but ")[0])).toEqual([
    "10:3  `visits` is assigned in an HTTP middleware",
    '16:3  `messages` is changed in the route "/messages"',
    "21:3  `hits` is assigned in the listener for HTTP requests",
  ]);
});

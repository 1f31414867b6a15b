import { writeFileSync } from "node:fs";
import path from "node:path";
import { drawFrame } from "../docs/picture";

/** `npm run picture [folder]`: draws docs/frame.svg, the way of a frame, from docs/frame.dot. */
const file = path.join(process.argv[2] ?? path.join(__dirname, "../docs"), "frame.svg");
void drawFrame().then((svg) => {
  writeFileSync(file, svg);
  console.log(path.relative(process.cwd(), file));
});

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { frameTemplate } from "../../lib/frame-template";
import { parseTemplate } from "../../local/gateway/mapping-template";

/** Where Debian's packages `velocity` and what it needs put their jars. */
const jars = ["velocity", "commons-collections3", "commons-lang"].map(
  (name) => `/usr/share/java/${name}.jar`,
);

function whyNot(): string | undefined {
  const missing = jars.filter((jar) => !existsSync(jar));
  if (missing.length > 0) return `${missing.join(", ")} is missing: apt-get install velocity`;
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "there is no Java: apt-get install default-jdk-headless";
  }
}

const reason = whyNot();
if (reason) console.warn(`Apache Velocity is not asked: ${reason}`);

const bodies = [
  "42hello",
  '42["message","é😀"]',
  "+&=%$#",
  "$context.connectionId #set($x=1) #if(true)",
  "",
  '430["answer"]',
  '{"action":"ack","id":1}',
  '461-1[{"_placeholder":true,"num":0}]',
  "bAQID+/==",
  '42["43"]',
  "line\r\nbreak\t\\\"'",
  "3",
];

const base64 = (text: string) => Buffer.from(text).toString("base64");

(reason ? test.skip : test)(
  "Apache Velocity renders the frame template as the local stack does",
  () => {
    const output = execFileSync(
      "java",
      [
        ...["-XX:TieredStopAtLevel=1", "-cp", jars.join(":"), path.join(__dirname, "Render.java")],
        ...[frameTemplate(), ...bodies].map(base64),
      ],
      { encoding: "utf8" },
    );
    const theirs = output.split("\n").map((line) => Buffer.from(line, "base64").toString());
    const render = parseTemplate(frameTemplate());
    const context = {
      connectionId: "U43E-_abp7dwh7M=",
      requestId: "q1KVg7UUFet-Fd0=",
      requestTimeEpoch: 1794648603153,
    };
    const ours = bodies.map((body) => render({ body, context, stageVariables: {} }));
    expect(theirs.slice(0, bodies.length)).toEqual(ours);
    expect(ours.filter((form) => form.includes("%22ack%22"))).toHaveLength(4);
    expect(ours.at(-1)).toContain("%2C%22weight%22%3A5%7D");
  },
  120_000,
);

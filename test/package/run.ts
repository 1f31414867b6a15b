import { Packed, versionsHere } from "./packed";
import { Project } from "./project";
import * as pages from "./steps/pages";
import * as stranger from "./steps/stranger";
import * as tarballs from "./steps/tarballs";

/** `npm run test:package`: packs all packages, and uses them as a stranger does. */

const HELP = `Usage: npm run test:package [-- --all]

Packs the npm packages, installs them into fresh projects outside of this folder, loads every export, checks the types,
makes stacks, and runs chats by \`npx lambda-rooms dev\`, in a browser where there is one. Needs npm's registry.

  --all   also the linters of packages, TypeScript 5 and 7, ts-node, the oldest aws-cdk-lib, a project without it,
          the templates of \`npm create lambda-rooms\` but for the chat, and \`npm publish --dry-run\``;

/** What a person installs beside the packages. */
const BESIDE = [
  ...["aws-cdk-lib", "constructs", "express", "socket.io", "socket.io-client", "ws"],
  ...["typescript", "@types/node", "@types/express", "@types/ws", "tsx"],
  ...["react", "react-dom", "@types/react", "@types/react-dom"],
];
const COMPILERS = { typescript5: "npm:typescript@5.9.3", typescript7: "npm:typescript@7.0.2" };
const CDK_INIT = { "ts-node": "10.9.2" };
/** The lowest versions that package.json of `lambda-rooms` takes. */
const OLDEST = { "aws-cdk-lib": "2.269.0", constructs: "10.5.1", "socket.io": "4.0.0" };

type Step = readonly [what: string, run: () => Promise<void>];

function steps(project: Project, packed: Packed): Step[] {
  return [
    ["the tarballs are small and hold nothing of the clone", () => tarballs.areSmall(packed)],
    ["every export is required and imported", () => stranger.loadsEverything(project)],
    [
      "the types hold for CommonJS, ES modules and pages",
      () => stranger.hasTypes(project, "typescript"),
    ],
    ["a CDK app in plain JavaScript makes a stack", () => stranger.makesStacks(project)],
    [
      "the command prepares the project, and says what a deployment would be",
      () => stranger.preparesAndPlans(project),
    ],
    ["a chat answers the stock client under `dev`", () => stranger.runsChat(project)],
    ["`npm create`: two tabs of the chat talk", () => pages.chatTemplateChats(project, packed)],
    ["two tabs of React and Vite talk", () => pages.chatsOverVite(project)],
  ];
}

function more(project: Project, packed: Packed): Step[] {
  const another = (name: string, versions: Readonly<Record<string, string>>) =>
    Project.make(packed, name, { ...packed.dependencies(...stranger.PACKAGES), ...versions });
  return [
    ["publint and attw find nothing", () => tarballs.satisfyLinters(packed)],
    ["`npm publish --dry-run` succeeds", () => tarballs.canBePublished(packed)],
    ["the types hold for bundlers and node10", () => stranger.hasTypesElsewhere(project)],
    ["the types hold for TypeScript 5", () => stranger.hasTypes(project, "typescript5")],
    ["the types hold for TypeScript 7", () => stranger.hasTypes(project, "typescript7")],
    ["a CDK app of `cdk init` runs under ts-node", () => stranger.runsUnderTsNode(project)],
    ["`npm create`: managed rooms", () => pages.managedTemplateChats(project, packed)],
    ["`npm create`: a CDK app", () => pages.cdkTemplateSynthesizes(project, packed)],
    ["`npm create`: an existing server", () => pages.existingServerIsMadeReady(project, packed)],
    [
      "the oldest aws-cdk-lib makes a stack",
      async () => {
        const beside = versionsHere("express", "@types/node", "typescript");
        const old = await another("oldest", { ...beside, ...OLDEST });
        await stranger.makesStacks(old.copy("project"));
      },
    ],
    [
      "without the CDK, a command says what is missing",
      async () => {
        const alone = await another("alone", versionsHere("express", "socket.io"));
        await stranger.namesWhatIsMissing(alone.copy("project"));
      },
    ],
  ];
}

async function main(): Promise<void> {
  if (process.argv.includes("--help")) return console.log(HELP);
  const all = process.argv.includes("--all");
  const began = Date.now();
  const seconds = (since: number) => ((Date.now() - since) / 1000).toFixed(1);
  const packed = await Packed.make();
  try {
    console.log(`packed after ${seconds(began)} s`);
    const project = await Project.make(packed, "stranger", {
      ...packed.dependencies(...stranger.PACKAGES),
      ...{ ...versionsHere(...BESIDE), ...pages.VITE_PACKAGES },
      ...(all ? { ...COMPILERS, ...CDK_INIT, ...versionsHere("aws-cdk") } : {}),
    });
    project.copy("project");
    console.log(`installed after ${seconds(began)} s`);
    const chosen = [...steps(project, packed), ...(all ? more(project, packed) : [])];
    for (const [what, run] of chosen) {
      const at = Date.now();
      await run();
      console.log(`ok ${what}: ${seconds(at)} s`);
    }
  } finally {
    if (process.env.KEEP) console.log(packed.folder);
    else packed.remove();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

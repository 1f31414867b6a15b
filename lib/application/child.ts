import { buildApplication } from "./build";
import type { ApplicationJob } from "./bundle";

/**
 * Bundles one application in a process of its own, since esbuild takes no plugins where it is called synchronously, as a
 * construct has to.
 */
const { lambdaRoomsJob } = globalThis as unknown as { readonly lambdaRoomsJob: ApplicationJob };
// Packages are found from the project; files are named as a person sees them.
process.chdir(lambdaRoomsJob.workingDirectory);

void buildApplication(lambdaRoomsJob).then((result) =>
  process.stdout.write(JSON.stringify(result)),
);

import type { PluginBuild } from "esbuild";

/** Frameworks whose own server makes the pages from files of its own build: no bundle holds those. */
const FRAMEWORKS = /^(next|nuxt|@remix-run\/serve|@sveltejs\/kit\/node)$/;

/** Refuses an application that starts one of them. */
export function refuseFrameworks(build: PluginBuild): void {
  build.onResolve({ filter: FRAMEWORKS }, ({ path, importer }) => {
    if (/[\\/]node_modules[\\/]/.test(importer)) return undefined;
    const text = `\`${path}\` serves pages from a build of its own, which no bundle holds. Move the Socket.IO server into a file that does not import \`${path}\`, deploy the pages as ${path} is deployed, and let them connect to the URL of that file's stack`;
    return { errors: [{ text }] };
  });
}

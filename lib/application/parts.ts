import { join } from "node:path";

/** The folder where the npm package has its parts ready-made; undefined in a clone, which makes them of its sources. */
export const ready = typeof LAMBDA_ROOMS_PACKAGE === "undefined" ? undefined : __dirname;

/** The folder of this project: of the clone, or of the installed package. */
export const project = join(__dirname, ready === undefined ? "../.." : "..");

/** The folder of the socket.io that functions run: its `package.json`, and the scripts of its client in `client-dist`. */
export function hostedSocketIo(): string {
  if (ready !== undefined) return join(ready, "socket.io");
  return join(require.resolve("socket.io/package.json"), "..");
}

/** What this project gives to applications by `lambda-rooms/<name>`: the file of each. */
export function libraries(): Readonly<Record<Library, string>> {
  const at = (name: Library) =>
    ready === undefined ? join(project, name, "index.ts") : join(ready, name, `${name}.mjs`);
  return { managed: at("managed"), emitter: at("emitter"), parser: at("parser") };
}

type Library = "managed" | "emitter" | "parser";

/** Whether a source file holds managed rooms, in a clone or in the package. */
export function isOfManagedRooms(path: string): boolean {
  return /(^|[\\/])managed[\\/](managed-rooms\.ts|managed\.mjs)$/.test(path);
}

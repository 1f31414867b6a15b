import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import type { Plugin, PluginBuild } from "esbuild";
import { Application } from "../../src/names";
import { refuseFrameworks } from "./frameworks";
import { nameSeveralProcesses } from "./several-processes";

/** What the function holds already, and hands to the application. */
const HOSTED = Application.hosted;
/** What this project gives to applications, wherever they are. */
const LIBRARIES = /^lambda-rooms\/(managed|emitter|parser)$/;
/** The validators of managed rooms, as a clone and as the npm package imports them. */
const REQUESTS = /^(\.\.\/src\/wire\/requests|\.\/requests\.mjs)$/;

/** What this project has for applications. */
export interface Provided {
  /** The folder of the socket.io that functions run. */
  readonly socketIo: string;
  /** Source files, by the name behind `lambda-rooms/`. */
  readonly libraries: Readonly<Record<string, string>>;
}

/** Packages by which others find their native add-ons. */
const LOADERS = /^(node-gyp-build|bindings|@mapbox\/node-pre-gyp|node-pre-gyp)$/;
const INSTEAD = "use a package without native parts, if this one cannot do without";

/** What an application's packages are to the bundle. */
export interface Packages {
  readonly plugin: Plugin;
  /** What a person should know, once each. */
  readonly notes: ReadonlySet<string>;
}

/**
 * Gives the application the hosted copy of socket.io for each copy that it brings, and names native add-ons.
 *
 * @param provided what stands in for packages that the application imports
 */
export function packagesOf({ socketIo, libraries }: Provided): Packages {
  const notes = new Set<string>();
  const setup = (build: PluginBuild) => {
    hostSocketIo(build, socketIo, notes);
    nameAddOns(build, notes);
    nameSeveralProcesses(build, notes);
    refuseFrameworks(build);
    const managed = dirname(libraries.managed ?? "");
    // The functions hold them in any case.
    build.onResolve({ filter: REQUESTS }, ({ resolveDir }) =>
      resolveDir === managed ? { path: "requests", namespace: HOSTED } : undefined,
    );
    build.onResolve({ filter: LIBRARIES }, ({ path }) => ({
      path: libraries[path.replace("lambda-rooms/", "")] ?? path,
    }));
  };
  return { plugin: { name: "packages", setup }, notes };
}

function hostSocketIo(build: PluginBuild, socketIo: string, notes: Set<string>): void {
  const hosted = readManifest(socketIo)?.version;
  build.onResolve({ filter: /^socket\.io$/ }, ({ importer, resolveDir }) => {
    const folder = findPackage("socket.io", resolveDir);
    const version = folder && readManifest(folder)?.version;
    const where = `${relative(process.cwd(), importer)} imports socket.io ${version}`;
    if (version && !version.startsWith("4.")) {
      const text = `${where} (${folder}), and only versions 4.x can be hosted: npm install socket.io@${hosted}`;
      return { errors: [{ text }] };
    }
    if (version && version !== hosted) {
      const copy = relative(process.cwd(), folder);
      notes.add(
        `The application brings socket.io ${version} (${copy}): it runs on the hosted ${hosted}`,
      );
    }
    return { path: "socket.io", namespace: HOSTED };
  });
  build.onResolve({ filter: /^socket\.io\/package\.json$/ }, () => ({
    path: join(socketIo, "package.json"),
  }));
  build.onResolve({ filter: /^socket\.io\/dist(\/index(\.js)?)?$/ }, () => ({
    path: "socket.io",
    namespace: HOSTED,
  }));
  build.onResolve({ filter: /^socket\.io\/dist\// }, ({ path }) => ({
    errors: [
      {
        text: `\`${path}\` is a private part of socket.io, and its hosted copy has none: import socket.io itself`,
      },
    ],
  }));
  build.onLoad({ filter: /.*/, namespace: HOSTED }, ({ path }) => ({
    contents: `module.exports = globalThis[Symbol.for("${HOSTED}")]["${path}"]`,
  }));
}

/** A native add-on is of one system and outside of any bundle; packages that can do without one catch the error. */
function nameAddOns(build: PluginBuild, notes: Set<string>): void {
  build.onResolve({ filter: /\.node$/ }, ({ path, importer, resolveDir }) => {
    if (!existsSync(join(resolveDir, path))) return undefined;
    const name = packageOf(importer);
    const why = `${name ? `The package ${name}` : importer} loads the native add-on ${path}, which is not in the bundle`;
    notes.add(`${why}: ${INSTEAD}`);
    return { path: why, namespace: "native" };
  });
  // What looks for an add-on when it is called finds none beside a bundle, and would say that it was never built.
  build.onResolve({ filter: LOADERS }, ({ path, importer }) => {
    const name = packageOf(importer);
    if (!name) return undefined;
    const why = `The package ${name} loads a native add-on by ${path}, which is not in the bundle`;
    notes.add(`${why}: ${INSTEAD}`);
    return { path: why, namespace: "native-loader" };
  });
  build.onLoad({ filter: /.*/, namespace: "native-loader" }, ({ path }) => ({
    contents: `module.exports = () => { throw new Error(${JSON.stringify(path)}) };
for (const name of ["path", "resolve", "find"]) module.exports[name] = module.exports;`,
  }));
  build.onLoad({ filter: /.*/, namespace: "native" }, ({ path }) => ({
    contents: `throw new Error(${JSON.stringify(path)})`,
  }));
}

function packageOf(file: string): string | undefined {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1];
}

/** The folder of a package as `require` finds it from a folder. */
function findPackage(name: string, from: string): string | undefined {
  const further = (process.env.NODE_PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = [];
  for (let at = from; ; at = dirname(at)) {
    candidates.push(join(at, "node_modules", name));
    if (at === dirname(at)) break;
  }
  candidates.push(...further.map((folder) => join(folder, name)));
  return candidates.find((folder) => existsSync(join(folder, "package.json")));
}

function readManifest(folder: string): { readonly version: string } | undefined {
  const file = join(folder, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

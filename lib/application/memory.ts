import { extname } from "node:path";
import type { Loader, Plugin } from "esbuild";
import { Application } from "../../src/names";

/** The module that compiled files ask for their memory; where a function keeps none, it does nothing. */
const SOURCE = `const f=(s,i,f,n)=>(n!==undefined&&Object.defineProperty(f,"name",{value:n}),f),n=()=>{};
module.exports=globalThis[Symbol.for("${Application.memory}")]??{m:n,s:n,f,o:(s,o)=>o,k:n,d:n,b:(f,...a)=>f.bind(...a),v:false,setTimeout,setInterval,clearTimeout,clearInterval}`;

/**
 * Gives the bundler compiled files in place of the application's own.
 *
 * @param files texts by absolute path; see `compiler/`
 */
export function memoryPlugin(files: ReadonlyMap<string, string>): Plugin {
  return {
    name: "memory",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${Application.memoryModule}$`) }, ({ path }) => ({
        path,
        namespace: "memory",
      }));
      build.onLoad({ filter: /.*/, namespace: "memory" }, () => ({ contents: SOURCE }));
      build.onLoad({ filter: /\.[mc]?[jt]sx?$/ }, ({ path, namespace }) => {
        const contents = namespace === "file" ? files.get(path) : undefined;
        return contents === undefined ? undefined : { contents, loader: loaderOf(path) };
      });
    },
  };
}

export function loaderOf(path: string): Loader {
  return extname(path).slice(1).replace(/^[mc]/, "") as Loader;
}

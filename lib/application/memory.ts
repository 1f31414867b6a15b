import { extname } from "node:path";
import type { Loader, Plugin } from "esbuild";
import { Application } from "../../src/names";

/** The module that compiled files ask for their memory; where a function keeps none, it does nothing. */
const SOURCE = `const f=(s,i,f,n)=>(n!==undefined&&Object.defineProperty(f,"name",{value:n}),f),n=()=>{};
module.exports=globalThis[Symbol.for("${Application.memory}")]??{m:n,s:n,f,o:(s,o)=>o,k:n,d:n,b:(f,...a)=>f.bind(...a),v:false,setTimeout,setInterval,clearTimeout,clearInterval}`;

/** Lets compiled files find the memory of the function that runs them. */
export const memoryModule: Plugin = {
  name: "memory",
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${Application.memoryModule}$`) }, ({ path }) => ({
      path,
      namespace: "memory",
    }));
    build.onLoad({ filter: /.*/, namespace: "memory" }, () => ({ contents: SOURCE }));
  },
};

export function loaderOf(path: string): Loader {
  return extname(path).slice(1).replace(/^[mc]/, "") as Loader;
}

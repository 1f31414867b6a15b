import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Template engines that Express asks for by the extension of a view: https://expressjs.com/en/guide/using-template-engines.html */
const ENGINES = ["ejs", "eta", "haml", "hbs", "jade", "mustache", "nunjucks", "pug", "twig"];
const VIEW = /[\\/]node_modules[\\/]express[\\/]lib[\\/]view\.js$/;

/** Whether a file is the one in which Express asks for engines. */
export function asksForEngines(file: string): boolean {
  return VIEW.test(file);
}

/** The file's text with the engines that the application depends on, which no bundler could know of. */
export function withEngines(text: string, root: string): string {
  const manifest = join(root, "package.json");
  const { dependencies = {}, devDependencies = {} } = existsSync(manifest)
    ? JSON.parse(readFileSync(manifest, "utf8"))
    : {};
  const names = ENGINES.filter((name) => name in dependencies || name in devDependencies);
  const known = names.map((name) => `${name}: () => require(${JSON.stringify(name)})`).join();
  return text.replace("require(mod)", `({ ${known} }[mod] || require)(mod)`);
}

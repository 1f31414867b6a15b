import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Packages that others ask for by a name which only the running program knows. Those of them that the application
 * depends on are put into the bundle.
 */
interface Asking {
  /** The file that asks. */
  readonly file: RegExp;
  /** How it asks. */
  readonly call: string;
  /** What it may ask for. */
  readonly names: readonly string[];
}

const ASKING: readonly Asking[] = [
  {
    // By the extension of a view: https://expressjs.com/en/guide/using-template-engines.html
    file: /[\\/]node_modules[\\/]express[\\/]lib[\\/]view\.js$/,
    call: "require(mod)",
    names: ["ejs", "eta", "haml", "hbs", "jade", "mustache", "nunjucks", "pug", "twig"],
  },
  {
    // By the dialect: https://sequelize.org/docs/v6/getting-started/
    file: /[\\/]node_modules[\\/]sequelize[\\/]lib[\\/]dialects[\\/]abstract[\\/]connection-manager\.js$/,
    call: "require(moduleName)",
    names: ["pg", "mysql2", "mariadb", "sqlite3", "tedious", "oracledb", "snowflake-sdk"],
  },
];

/** Whether a file asks for packages by name. */
export function asksByName(file: string): boolean {
  return ASKING.some((one) => one.file.test(file));
}

/** The file's text with the packages that the application depends on. */
export function withAsked(text: string, file: string, root: string): string {
  const asking = ASKING.find((one) => one.file.test(file));
  if (!asking) return text;
  const manifest = join(root, "package.json");
  const { dependencies = {}, devDependencies = {} } = existsSync(manifest)
    ? JSON.parse(readFileSync(manifest, "utf8"))
    : {};
  const names = asking.names.filter((name) => name in dependencies || name in devDependencies);
  const known = names.map((name) => `"${name}": () => require(${JSON.stringify(name)})`).join();
  const name = asking.call.slice("require(".length, -1);
  return text.replace(asking.call, `({ ${known} }[${name}] || (() => require(${name})))()`);
}

import { writeFileSync } from "node:fs";
import path from "node:path";
import { defineConfig, type Plugin } from "vitepress";
import { findDeadAnchors } from "../check";
import { keepBraces } from "../interpolation";
import { downloads, followLinks, readDownload } from "../links";
import { addressOf, besidePages, root } from "../pages";
import { sidebar } from "../sidebar";
import { slugOf } from "../slug";

const site = path.join(root, "site");

/** For a site below a path, as GitHub's pages of a project are: `/lambda-rooms/`. */
const base = process.env.SITE_BASE ?? "/";

/** The pages lie outside of this folder, and what they are compiled to imports Vue, which is installed in it. */
const findVue: Plugin = {
  name: "find-vue",
  enforce: "pre",
  resolveId(id, importer, options) {
    if (!/^vue(\/|$)/.test(id) || !importer?.startsWith(root) || importer.startsWith(site))
      return null;
    return this.resolve(id, path.join(site, "package.json"), { ...options, skipSelf: true });
  },
};

export default defineConfig({
  title: "Lambda Rooms",
  description: "Runs your Socket.IO server file on AWS Lambda",
  lang: "en",
  base,
  srcDir: "..",
  srcExclude: besidePages(),
  outDir: "dist",
  cacheDir: ".vitepress/cache",
  rewrites: (file) => addressOf(file) ?? file,
  cleanUrls: true,
  // The first steps link to the server that the reader has just started.
  ignoreDeadLinks: "localhostLinks",
  markdown: {
    // The pages are written for GitHub.
    anchor: { slugify: slugOf },
    config(md) {
      followLinks(md);
      keepBraces(md);
    },
  },
  vite: { plugins: [findVue] },
  themeConfig: {
    nav: [
      { text: "Start", link: "/start" },
      { text: "Examples", link: "/examples/" },
      { text: "Command", link: "/command" },
      { text: "Protocol", link: "/protocol" },
      { text: "API", link: "/api/" },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: "local" },
  },
  buildEnd({ outDir }) {
    for (const file of downloads)
      writeFileSync(path.join(outDir, path.basename(file)), readDownload(file));
    const dead = findDeadAnchors(outDir, base);
    if (dead.length) throw new Error(`Links to what does not exist:\n${dead.join("\n")}`);
  },
});

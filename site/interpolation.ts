import type { MarkdownRenderer } from "vitepress";

/** Vue takes `{{ … }}` in a page for an expression; in these pages it is text. */
export function keepBraces(md: MarkdownRenderer): void {
  for (const kind of ["text", "code_inline"] as const) {
    const render = md.renderer.rules[kind];
    if (!render) throw new Error(`markdown-it has no rule to render ${kind}`);
    md.renderer.rules[kind] = (...args) => render(...args).replaceAll("{{", "&#123;&#123;");
  }
}

/** An element of AWS's XML: no attributes, and either elements or a text in it. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

const TOKEN = /<(\/?)([\w:.-]+)(?:\s[^>]*)?(\/?)>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&amp;": "&",
};

interface Open {
  readonly name: string;
  text: string;
  readonly children: Element[];
}

/** Reads an answer of the query protocol. Returns an element whose children are the top ones. */
export function parseXml(xml: string): Element {
  const root: Open = { name: "", text: "", children: [] };
  const open = [root];
  for (const [, closing, name = "", empty, text] of xml.replace(/<\?.*?\?>/g, "").matchAll(TOKEN)) {
    const here = open.at(-1) ?? root;
    if (text !== undefined) here.text += text.replace(/&\w+;/g, (one) => ENTITIES[one] ?? one);
    else if (closing) {
      if (open.length > 1) open.pop();
    } else {
      const child: Open = { name, text: "", children: [] };
      here.children.push(child);
      if (!empty) open.push(child);
    }
  }
  return root;
}

/** The element at the end of a path of names, the first of each name. */
export function find(
  element: Element | undefined,
  ...names: readonly string[]
): Element | undefined {
  return names.reduce<Element | undefined>(
    (found, name) => found?.children.find((child) => child.name === name),
    element,
  );
}

export function textAt(element: Element | undefined, ...names: readonly string[]): string {
  return find(element, ...names)?.text.trim() ?? "";
}

/** The `member`s of a list. */
export function membersAt(
  element: Element | undefined,
  ...names: readonly string[]
): readonly Element[] {
  return find(element, ...names)?.children.filter(({ name }) => name === "member") ?? [];
}

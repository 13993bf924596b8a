import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import GithubSlugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { type Mark, marksIn } from './mark.ts';

/** A fenced block of a page. */
export interface Block {
  /** Where it begins, `docs/action.md:69`. */
  place: string;
  /** The word after the fence; empty where there is none. */
  language: string;
  text: string;
  /** What the comments right above it say of it. */
  marks: Mark[];
}

/** What a page points at: a link, an image, a source of a picture. */
export interface Reference {
  place: string;
  target: string;
  isImage: boolean;
}

/** A page of documentation, as GitHub reads it. */
export interface Page {
  file: string;
  blocks: Block[];
  references: Reference[];
  /** What `#…` may name on it. */
  anchors: Set<string>;
  /** Every piece of code inside a sentence or a table. */
  inlineCode: { place: string; text: string }[];
}

interface Node {
  type: string;
  value?: string;
  lang?: string | null;
  url?: string;
  children?: Node[];
  position?: { start: { line: number } };
}

/** Reads a page of the project; throws where a comment begins like a mark and is none. */
export function readPage(root: string, file: string): Page {
  const markdown = readFileSync(join(root, file), 'utf8');
  const page: Page = { file, blocks: [], references: [], anchors: new Set(), inlineCode: [] };
  const slugger = new GithubSlugger();
  const place = (node: Node) => `${file}:${node.position?.start.line ?? 0}`;
  const visit = (node: Node, before: readonly Node[]): void => {
    if (node.type === 'code')
      page.blocks.push({ place: place(node), language: node.lang ?? '', text: `${node.value}\n`, marks: commentsAbove(before, place) });
    if (node.type === 'heading') page.anchors.add(slugger.slug(words(node)));
    if (node.type === 'inlineCode') page.inlineCode.push({ place: place(node), text: node.value! });
    if (node.type === 'link' || node.type === 'definition') page.references.push({ place: place(node), target: node.url!, isImage: false });
    if (node.type === 'image') page.references.push({ place: place(node), target: node.url!, isImage: true });
    if (node.type === 'html') {
      for (const [, name, target] of node.value!.matchAll(/\s(src|srcset|href)="([^"]*)"/g))
        page.references.push({ place: place(node), target: target!, isImage: name !== 'href' });
      for (const [, id] of node.value!.matchAll(/\s(?:id|name)="([^"]*)"/g)) page.anchors.add(id!);
    }
    node.children?.forEach((child, i) => {
      visit(child, node.children!.slice(0, i));
    });
  };
  visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node, []);
  return page;
}

/** The marks in the comments that stand between a block and what comes before it. */
function commentsAbove(before: readonly Node[], place: (node: Node) => string): Mark[] {
  const marks: Mark[] = [];
  for (const node of [...before].reverse()) {
    if (node.type !== 'html' || !/^\s*(?:<!--(?:(?!-->)[\s\S])*-->\s*)+$/.test(node.value!)) break;
    marks.unshift(...marksIn(node.value!, place(node)));
  }
  return marks;
}

function words(node: Node): string {
  return node.value ?? node.children?.map(words).join('') ?? '';
}

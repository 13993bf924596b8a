/** What the babel that Stryker brings shows of a node, as far as it is asked here. */
interface Path {
  node: { type: string; value?: unknown; quasis?: { value: { raw: string } }[]; key?: { name?: string; value?: string } };
}

/** Words of rules and findings; texts in rules' examples are repositories. */
const WORDS = new Set(['title', 'why', 'fix', 'link', 'message', 'reason', 'examples']);

/** Leaves out what no test should hold: sentences, whose wording is free, and the example repositories of rules. A text with a space between two words is a sentence. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'prose',
    value: {
      shouldIgnore({ node }: Path): string | undefined {
        if (node.type === 'ObjectProperty' && WORDS.has(node.key?.name ?? '') && isText((node as { value?: Path['node'] }).value))
          return 'words';
        if (node.type === 'ObjectProperty' && node.key?.name === 'examples') return 'the examples of a rule';
        return isSentence(node) ? 'words' : undefined;
      },
    },
  },
];

function isText(node: Path['node'] | undefined): boolean {
  return node?.type === 'StringLiteral' || node?.type === 'TemplateLiteral';
}

function isSentence(node: Path['node']): boolean {
  const text =
    node.type === 'StringLiteral'
      ? String(node.value)
      : node.type === 'TemplateLiteral'
        ? (node.quasis ?? []).map(({ value }) => value.raw).join('x')
        : '';
  return /[\p{L}\d,.:;)"'`] +[\p{L}\d("'`]/u.test(text);
}

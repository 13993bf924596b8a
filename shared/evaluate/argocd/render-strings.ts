import { embedded } from '../../language/source-text.ts';
import type { Scalar, SourceText, Tree } from '../../model.ts';
import { opaque } from '../../tree.ts';
import { renderTemplate, TemplateError, TemplateSyntaxError, UnknownOutput } from '../go-template/evaluate.ts';
import { type GoMap, Marks } from '../go-template/values.ts';
import { renderFlat } from './fasttemplate.ts';
import { GeneratorError } from './generators/params.ts';

/** How an ApplicationSet renders its strings. */
export interface StringOptions {
  goTemplate: boolean;
  missingKeyError: boolean;
}

/** A string with its parameters; opaque where one of them cannot be known, with the text around it kept for values that stand in it. Throws {@link GeneratorError} where Argo CD refuses. */
export function renderString(node: Tree, params: GoMap, options: StringOptions): Tree {
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || !node.value.includes('{{')) return node;
  const { value } = node;
  let text: string;
  let marks: Marks;
  if (options.goTemplate) {
    try {
      ({ text, marks } = renderTemplate(value, params, { missingKey: options.missingKeyError ? 'error' : 'default', place: node.place }));
    } catch (error) {
      if (error instanceof UnknownOutput) return { ...opaque(error.opaque.reason, node.place, value), block: embedded(node) };
      if (error instanceof TemplateError || error instanceof TemplateSyntaxError)
        throw new GeneratorError(`a template ${error.message}`, node.place);
      throw error;
    }
  } else {
    marks = new Marks();
    text = renderFlat(value, params, marks);
  }
  const unknown = marks.in(text);
  if (unknown) return { ...opaque(unknown.reason, node.place, value), block: unmarked(node, text) };
  const { block, ...rest } = node;
  // Lines can only be told where rendering neither adds nor removes one.
  const sameLines = block !== undefined && count(text) === count(value);
  return { ...rest, value: text, ...(sameLines ? { block } : {}) };
}

/** Every string and key below a node; numbers and booleans cannot be templates. */
export function renderStrings(node: Tree, params: GoMap, options: StringOptions): Tree {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => renderStrings(item, params, options)) };
  if (node.kind !== 'map') return renderString(node, params, options);
  const entries = new Map<string, Tree>();
  let { unseen } = node;
  for (const [key, value] of node.entries) {
    const name = key.includes('{{')
      ? renderString({ kind: 'scalar', value: key, place: value.place, origin: 'set' } satisfies Scalar, params, options)
      : undefined;
    if (name?.kind === 'opaque') unseen = name;
    else entries.set(name?.kind === 'scalar' ? String(name.value) : key, renderStrings(value, params, options));
  }
  return { ...node, entries, ...(unseen ? { unseen } : {}) };
}

/** The text with an expression where something cannot be known, so that YAML in it can still be read around it. */
function unmarked(node: Scalar, text: string): SourceText {
  const source = embedded({ ...node, value: text.replace(/\uE001\d+\uE002/g, '{{ unknown }}') });
  return count(text) === count(String(node.value)) ? source : { ...source, exact: false };
}

function count(text: string): number {
  return text.split('\n').length;
}

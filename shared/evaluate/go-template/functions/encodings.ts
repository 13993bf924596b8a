import { parseYaml } from '../../../language/yaml/parse.ts';
import { checksum } from '../../checksum.ts';
import { fromTree, type GoValue, toJson, toYaml, Unknown } from '../values.ts';
import { type Call, type Caller, text } from './arguments.ts';

/** Functions of templates that write data as a text, and read it. */
export const ENCODINGS: readonly [string, Call][] = [
  ['toJson', ([value], caller) => toJson(value, caller.marks)],
  ['mustToJson', ([value], caller) => toJson(value, caller.marks)],
  [
    'toRawJson',
    ([value], caller) =>
      toJson(value, caller.marks).replace(/(\\\\)|\\u00(3c|3e|26)/g, (whole, slash, code) =>
        slash ? whole : String.fromCharCode(Number.parseInt(code, 16)),
      ),
  ],
  ['toPrettyJson', ([value], caller) => toJson(value, caller.marks, '  ')],
  ['fromJson', ([value], caller) => parsed(text(value, caller), caller)],
  ['mustFromJson', ([value], caller) => parsed(text(value, caller), caller)],
  ['fromJsonArray', ([value], caller) => parsed(text(value, caller), caller)],
  ['toYaml', ([value], caller) => toYaml(value, caller.marks)],
  ['fromYaml', ([value], caller) => parsed(text(value, caller), caller)],
  ['fromYamlArray', ([value], caller) => parsed(text(value, caller), caller)],
  ['html', ([value], caller) => text(value, caller).replace(/[<>&'"]/g, (c) => ENTITIES[c]!)],
  ['urlquery', ([value], caller) => queryEscaped(Buffer.from(text(value, caller)).toString())],
  ['b64enc', ([value], caller) => Buffer.from(text(value, caller)).toString('base64')],
  ['b64dec', ([value], caller) => Buffer.from(text(value, caller), 'base64').toString()],
  ['sha256sum', ([value], caller) => checksum('sha256', text(value, caller))],
  ['sha1sum', ([value], caller) => checksum('sha1', text(value, caller))],
];

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&#34;' };

/** https://pkg.go.dev/net/url#QueryEscape */
function queryEscaped(value: string): string {
  const escaped = encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return escaped.replaceAll('%20', '+');
}

function parsed(source: string, caller: Caller): GoValue {
  const { documents, problems } = parseYaml({ file: '', text: source, line: 1, indent: 0, exact: false }, { templates: false });
  if (problems.length > 0) caller.fail('cannot read YAML');
  const marked = caller.marks.in(source);
  return marked ? new Unknown(marked) : fromTree(documents[0]?.tree);
}

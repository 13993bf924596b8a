import type { Call, Caller } from './functions/arguments.ts';
import { ENCODINGS } from './functions/encodings.ts';
import { HELM } from './functions/helm.ts';
import { LISTS } from './functions/lists.ts';
import { LOGIC } from './functions/logic.ts';
import { MAPS } from './functions/maps.ts';
import { NUMBERS } from './functions/numbers.ts';
import { REGULAR_EXPRESSIONS } from './functions/regular-expressions.ts';
import { TEXTS } from './functions/texts.ts';
import { type GoValue, Unknown } from './values.ts';

let sprig: ReadonlyMap<string, Call> | undefined;
let helms: ReadonlyMap<string, Call> | undefined;

/** Functions of text/template, and of sprig. */
function everywhere(): ReadonlyMap<string, Call> {
  sprig ??= new Map([...LOGIC, ...TEXTS, ...NUMBERS, ...LISTS, ...MAPS, ...ENCODINGS, ...REGULAR_EXPRESSIONS]);
  return sprig;
}

function ofHelm(): ReadonlyMap<string, Call> {
  helms ??= new Map(HELM);
  return helms;
}

/** True for a function of text/template, of sprig as Argo CD offers it, or of Helm. */
export function isFunction(name: string, helm: boolean): boolean {
  return everywhere().has(name) || (helm && (ofHelm().has(name) || UNKNOWABLE.has(name)));
}

/** Calls a function. What is worked out from an unknown argument is unknown. */
export function callFunction(name: string, args: GoValue[], caller: Caller): GoValue {
  if (caller.helm && UNKNOWABLE.has(name))
    return caller.unknown(`the template function ${name} gives another value every time, or asks the cluster`);
  const call = everywhere().get(name) ?? ofHelm().get(name);
  if (!call) return caller.fail(`calls a function that does not exist: ${name}`);
  if (!TAKES_UNKNOWN.has(name)) for (const arg of args) if (arg instanceof Unknown) return arg;
  const result = call(args, caller);
  // What a function makes of its arguments may double each time.
  const size = typeof result === 'string' || Array.isArray(result) ? result.length : result instanceof Map ? result.size : 0;
  return size > LARGEST ? caller.fail('works on too much text') : result;
}

/** True where a function is declared to take a map in that place, and one without entries will do. */
export function takesMap(name: string, index: number): boolean {
  return TAKES_MAPS.has(name) || (index === 0 && TAKES_MAP_FIRST.has(name)) || (index > 0 && name === 'pluck');
}

const TAKES_MAPS = new Set(['keys', 'merge', 'mustMerge', 'mergeOverwrite', 'mustMergeOverwrite']);

const TAKES_MAP_FIRST = new Set(['get', 'hasKey', 'omit', 'pick', 'unset', 'values']);

/** Helm's and sprig's functions whose result Git does not hold. */
const UNKNOWABLE = new Set(
  'lookup now date dateModify htmlDate ago randAlpha randAlphaNum randNumeric randAscii randInt randBytes uuidv4 genCA genSelfSignedCert genSignedCert genPrivateKey derivePassword htpasswd bcrypt encryptAES decryptAES getHostByName env expandenv'.split(
    ' ',
  ),
);

/** They look at containers or decide themselves what an unknown argument means. */
const TAKES_UNKNOWN = new Set(
  'list tuple dict set toYaml toJson mustToJson toPrettyJson append prepend print printf println quote squote cat default toString required include tpl coalesce ternary hasKey get dig index first last merge mergeOverwrite kindIs indent nindent'.split(
    ' ',
  ),
);

/** Characters of a text, items of a list. */
const LARGEST = 1_000_000;

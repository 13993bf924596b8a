import { readValues } from '../../evaluate/helm/values-document.ts';
import type { Invocation } from '../../language/shell/invocation.ts';
import { type FoundPath, findPaths, pathKey } from '../../language/shell/paths.ts';
import { type Argument, firstUnknown, joinText, knownText, opaqueOf, type Text, writtenText } from '../../language/shell/text.ts';
import { wholeFile } from '../../language/source-text.ts';
import type { FilePlace, Layer, Opaque, SetFlag, SourceText, Tree } from '../../model.ts';
import { fileBeside } from '../../repository/hosted-path.ts';
import { UnreadableFile } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { opaque } from '../../tree.ts';

/** A layer of values with the repository's files that it was read from. */
export interface ReadLayer {
  layer: Layer;
  files: string[];
  /** Unknowns that a path stands for, with what they were taken as. */
  filled: FoundPath['filled'];
  /** Completes "the values file is …": what the reader assumed. */
  why?: string;
}

/** What `-f` of a command line names: one layer for each file, comma-separated ones apart. What cannot be read is an opaque layer. */
export function readValuesArgument(value: Text, argument: Argument, invocation: Invocation): ReadLayer[] {
  const place = argument.place;
  if (argument.conditional) return [opaqueLayer(opaqueOf(argument.conditional), place)];
  return splitAtCommas(value).map((path) => readOne(path, place, invocation));
}

function readOne(path: Text, place: FilePlace, invocation: Invocation): ReadLayer {
  const known = knownText(path);
  if (known === '-' || known === '/dev/stdin') {
    const input = invocation.input;
    if (!input) return opaqueLayer(opaque('it comes from standard input', place), place);
    if ('kind' in input) return opaqueLayer(input, place);
    return fromSource(input, 'inline-values');
  }
  if (known !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(known)) return fromUrl(known, place, invocation);
  const written = invocation.directory.written.get(pathKey(path, invocation.directory));
  if (written) {
    if (!('kind' in written)) return fromSource(written, 'inline-values');
    const committed = findPaths(path, invocation.directory, 'file');
    return committed.length === 1 ? fromFile(committed[0]!, place, invocation) : opaqueLayer(written, place);
  }
  const found = findPaths(path, invocation.directory, 'file');
  if (found.length === 1) return fromFile(found[0]!, place, invocation);
  const unknown = firstUnknown(path);
  if (found.length > 1 && unknown)
    return opaqueLayer({ ...opaqueOf(unknown), reason: `${unknown.reason}, and ${found.length} files fit the path` }, place);
  if (unknown) return opaqueLayer(opaqueOf(unknown), place);
  const beside = besideDocument(known!, invocation);
  if (beside)
    return {
      ...fromFile({ path: beside, filled: [] }, place, invocation),
      why: `${known} does not exist; the file of that name beside the document is read instead`,
    };
  const only = onlyFileCalled(known!, invocation);
  if (only)
    return {
      ...fromFile({ path: only, filled: [] }, place, invocation),
      why: `the document does not say in which directory ${known} is read; ${only} is the only file of that name`,
    };
  const missing = writtenText(path);
  return opaqueLayer({ ...opaque(`the values file ${missing} is not in Git`, place, missing), missing }, place);
}

/** Documents outlive renamed directories: a file of that name may lie beside the document. */
function besideDocument(path: string, invocation: Invocation): string | undefined {
  if (invocation.commands.rank > 2 || path.startsWith('/')) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const directory = invocation.place.file.slice(0, Math.max(0, invocation.place.file.lastIndexOf('/')));
  const beside = join(directory, name);
  return beside !== undefined && invocation.directory.repository.file(beside) ? beside : undefined;
}

/** A document names a file as it is seen from a directory that it does not name: the one file of the repository that ends so, where the name speaks of Cilium. */
function onlyFileCalled(path: string, invocation: Invocation): string | undefined {
  const name = path.replace(/^\.\//, '');
  if (invocation.commands.rank > 2 || /^(?:\/|\.\.)/.test(name) || !/cilium/i.test(name)) return undefined;
  const ending = `/${name}`;
  const found = invocation.directory.repository.files.filter((file) => file.path.endsWith(ending));
  return found.length === 1 ? found[0]!.path : undefined;
}

function fromFile(found: FoundPath, place: FilePlace, invocation: Invocation): ReadLayer {
  try {
    const text = invocation.directory.repository.read(found.path);
    const read = fromSource(wholeFile(found.path, text), 'values-file');
    return { ...read, files: [found.path], filled: found.filled, ...(found.why ? { why: found.why } : {}) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { ...opaqueLayer(opaque(`${found.path} ${error.message}`, place), place), files: [found.path] };
  }
}

/** A raw URL of this very repository cannot be told from any other: it is remote, but for a file of the repository beside it. */
function fromUrl(url: string, place: FilePlace, invocation: Invocation): ReadLayer {
  const optional = /^secrets:\/\/\??(.+)$/.exec(url);
  if (optional) return readOne([optional[1]!], place, invocation);
  const beside = fileBeside(url, invocation.directory.repository);
  if (beside !== undefined) return fromFile({ path: beside, filled: [] }, place, invocation);
  return opaqueLayer(opaque('the values are fetched from a URL', place, url.replace(/\/\/[^@/]*@/, '//')), place);
}

function fromSource(source: SourceText, kind: 'values-file' | 'inline-values'): ReadLayer {
  const { tree } = readValues(source, 4);
  return {
    layer: { kind, place: { file: source.file, line: source.line, column: source.exact ? source.indent + 1 : (source.column ?? 1) }, tree },
    files: [],
    filled: [],
  };
}

/** A layer of which nothing can be known. */
export function opaqueLayer(tree: Opaque & Tree, place: FilePlace): ReadLayer {
  return { layer: { kind: 'inline-values', place, tree }, files: [], filled: [] };
}

/** Helm takes `-f a.yaml,b.yaml` for two files. */
function splitAtCommas(text: Text): Text[] {
  const parts: Text[] = [[]];
  for (const piece of text) {
    if (typeof piece !== 'string') {
      parts[parts.length - 1] = joinText(parts.at(-1)!, [piece]);
      continue;
    }
    for (const [i, part] of piece.split(',').entries()) {
      if (i > 0) parts.push([]);
      parts[parts.length - 1] = joinText(parts.at(-1)!, [part]);
    }
  }
  return parts.filter((part) => part.length > 0);
}

/** One `--set…` flag. A value that is unknown keeps its key; a key that is unknown may be any. */
export function readSetFlag(kind: SetFlag['flag'], value: Text, argument: Argument, invocation: Invocation): SetFlag {
  const flag: SetFlag = { flag: kind, text: writtenText(value), place: argument.place };
  const unknown = argument.conditional ?? firstUnknown(value);
  if (unknown) flag.opaque = opaqueOf(unknown);
  if (kind === 'set-file' && !unknown) {
    const known = knownText(value)!;
    const path = known.slice(known.indexOf('=') + 1);
    const written = invocation.directory.written.get(pathKey([path], invocation.directory));
    const found = findPaths([path], invocation.directory, 'file')[0];
    if (written) flag.file = 'kind' in written ? written : written.text;
    else if (found) {
      try {
        flag.file = invocation.directory.repository.read(found.path);
      } catch {
        flag.file = opaque(`${found.path} cannot be read`, argument.place);
      }
    } else flag.file = opaque(`the file ${path} is not in Git`, argument.place);
  }
  return flag;
}

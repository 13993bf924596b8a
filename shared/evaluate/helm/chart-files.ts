import { glob } from '../../glob.ts';
import type { Place } from '../../model.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { opaque } from '../../tree.ts';
import { Files, type GoMap, type GoValue, Unknown } from '../go-template/values.ts';

/** What Helm reads for itself, and gives no template. */
const OWN = /^(?:templates\/|charts\/|Chart\.(?:yaml|lock)$|values\.(?:yaml|schema\.json)$|requirements\.(?:yaml|lock)$)/;
const MOST_FILES = 500;
const LARGEST = 256 * 1024;

/** `.Files` of a chart that lies in a directory. https://helm.sh/docs/chart_template_guide/accessing_files/ */
export function filesOfChart(repository: Repository, directory: string, place: Place): Files {
  const unknown = (reason: string): Unknown => new Unknown(opaque(reason, place));
  const at = (path: string): string => (directory === '' ? path : `${directory}/${path}`);
  const isIgnored = helmignore(repository, at('.helmignore'));
  const read = (path: string): GoValue => {
    if (isIgnored === undefined) return unknown('what .helmignore keeps out cannot be told');
    const file = OWN.test(path) || /(?:^|\/)\.{0,2}(?:\/|$)/.test(path) || isIgnored(path) ? undefined : repository.file(at(path));
    if (file === undefined) return '';
    if (file.size > LARGEST) return unknown(`${file.path} is too large`);
    try {
      return repository.read(file.path);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return unknown(`${file.path} ${error.message}`);
    }
  };
  return new Files(unknown('it is read from a file of the chart'), {
    content: read,
    matching: (pattern) => {
      // To Helm, `**` crosses directories wherever it stands.
      const isOdd = /[^/{,]\*\*|\*\*[^/},]/.test(pattern);
      const fits = isOdd ? undefined : glob(pattern, { globstar: true, braces: true, sets: true, escapes: true });
      if (!fits || isIgnored === undefined) return unknown('which files of the chart these are cannot be told');
      const prefix = at('');
      const found: GoMap = new Map();
      for (const { path } of repository.files) {
        const name = path.slice(prefix.length);
        if (!path.startsWith(prefix) || !fits(name) || OWN.test(name) || isIgnored(name)) continue;
        if (found.size >= MOST_FILES) return unknown('there are too many files');
        found.set(name, read(name));
      }
      return found;
    },
  });
}

/** What a .helmignore keeps out of a chart; undefined where it cannot be told: to Helm, `!` keeps out all that does not fit. https://helm.sh/docs/chart_template_guide/helm_ignore_file/ */
function helmignore(repository: Repository, file: string): ((path: string) => boolean) | undefined {
  let text = '';
  try {
    text = repository.file(file) ? repository.read(file) : '';
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return undefined;
  }
  const rules: { fits: (text: string) => boolean; isWhole: boolean; isDirectory: boolean }[] = [];
  for (const line of text.split('\n')) {
    const written = line.trim();
    if (written === '' || written.startsWith('#')) continue;
    const [, root, pattern, slash] = /^(\/?)(.*?)(\/?)$/.exec(written)!;
    const fits = written.startsWith('!') || /\*\*/.test(written) ? undefined : glob(pattern!, { sets: true, escapes: true });
    if (!fits) return undefined;
    rules.push({ fits, isWhole: root !== '' || pattern!.includes('/'), isDirectory: slash !== '' });
  }
  const says = (path: string, directory: boolean): boolean => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return rules.some(({ fits, isWhole, isDirectory }) => (directory || !isDirectory) && fits(isWhole ? path : name));
  };
  return (path) => {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) if (says(path.slice(0, end), true)) return true;
    return says(path, false);
  };
}

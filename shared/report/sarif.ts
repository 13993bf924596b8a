import type { Location, Log, Notification, PropertyBag, ReportingDescriptor, Result } from 'sarif';
import { settingAt } from '../cilium/settings/index.ts';
import { ruleOf } from '../judge/rules/index.ts';
import type { FilePlace, Level, Report, Unused } from '../model.ts';
import { markedVerdict } from './change-verdict.ts';
import { partsOf } from './changed-parts.ts';
import { harmlessJson, plainText } from './escape.ts';
import { pathHere, placesHere } from './places-here.ts';
import { type Problem, problemsOf, sentence } from './problems.ts';

/** GitHub keeps the first 5,000 results of a run: https://docs.github.com/en/code-security/code-scanning/reference/sarif-support */
const MOST_RESULTS = 5000;
const MOST_OF_A_TEXT = 1024;
const MOST_UNUSED = 100;

/** The report as SARIF 2.1.0: a result for each drifting row and each finding, with the lines of both sides. What a base had and this commit has not is left out: GitHub would show it as a fault of this commit. */
export function renderSarif(report: Report, version: string): string {
  const problems = partsOf(report).flatMap(({ part }) => problemsOf(part));
  const shown = problems.slice(0, MOST_RESULTS);
  const rules = [...new Map(shown.map((p) => [p.name, descriptor(p)])).values()];
  const index = new Map(rules.map((rule, i) => [rule.id, i]));
  const suppresses = shown.some((p) => p.suppressed);
  const left = problems.length - shown.length;
  const notes = [markedVerdict(report).sentence, ...(left > 0 ? [`${left} more that weigh no more than these.`] : [])];
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cilium-align',
            semanticVersion: version,
            informationUri: 'https://github.com/cilium-align/cilium-align',
            rules,
          },
        },
        automationDetails: { id: 'cilium-align/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: "The repository's root." } } },
        invocations: [
          {
            executionSuccessful: true,
            exitCode: report.exitCode,
            toolExecutionNotifications: [
              ...notes.map((text): Notification => ({ level: 'note', message: { text: noLinks(text) } })),
              ...report.unused.slice(0, MOST_UNUSED).map((one) => unread(one, report)),
            ],
          },
        ],
        results: shown.map((problem) => result(problem, report, index.get(problem.name)!, suppresses)),
      },
    ],
  };
  return harmlessJson(log);
}

function result(problem: Problem, report: Report, ruleIndex: number, suppresses: boolean): Result {
  const { here, elsewhere } = placesHere(problem, report);
  const [primary, ...others] = here;
  const { suppressed } = problem;
  // A row's sentence holds both places.
  const also = problem.kind === 'finding' && elsewhere.length > 0 ? [`See also ${elsewhere.map(({ says }) => says).join(', ')}.`] : [];
  return {
    ruleId: problem.name,
    ruleIndex,
    level: problem.level,
    message: { text: noLinks([problem.message, ...also, ...problem.mends.map((mend) => `→ ${mend}`)].join('\n')) },
    ...(primary === undefined ? {} : { locations: [location(primary.place)] }),
    ...(others.length === 0
      ? {}
      : { relatedLocations: others.map(({ place, says }, id) => ({ id: id + 1, ...location(place), message: { text: noLinks(says) } })) }),
    partialFingerprints: { 'ciliumAlign/v1': problem.id },
    ...(suppresses
      ? { suppressions: suppressed ? [{ kind: 'external', status: 'accepted', justification: justification(suppressed) }] : [] }
      : {}),
    ...(problem.change === undefined ? {} : { baselineState: problem.change === 'introduced' ? 'new' : 'unchanged' }),
    ...(problem.cluster === null ? {} : { properties: { cluster: problem.cluster } }),
  };
}

/** A file that looked relevant and did not count. */
function unread({ file, why }: Unused, report: Report): Notification {
  const own = pathHere(file, report);
  return {
    level: 'note',
    message: { text: noLinks(`${plainText(file)} looked relevant and did not count: ${plainText(why)}`) },
    ...(own === undefined ? {} : { locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(own), uriBaseId: 'SRCROOT' } } }] }),
  };
}

function justification({ reason, until }: NonNullable<Problem['suppressed']>): string {
  return plainText(until === undefined ? reason : `${reason} (until ${until})`);
}

function location({ file, line, column }: FilePlace): Location {
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(file), uriBaseId: 'SRCROOT' }, region: { startLine: line, startColumn: column } },
  };
}

/** A path as a relative reference: https://www.rfc-editor.org/rfc/rfc3986#section-4.2 */
function uriOf(file: string): string {
  return file
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/** The row that is no value of the chart. */
const VERSION = {
  title: 'Version of the chart',
  why: 'Argo CD changes Cilium from the one version to the other when it adopts it, and a rebuilt cluster starts with the old one again. Two minors at once, or a step back, is an upgrade that nobody supports.',
  level: undefined,
  link: 'https://docs.cilium.io/en/stable/operations/upgrade/',
};

/** What the catalogue or the list of rules says; of any other value, that it differs. */
function descriptor({ kind, name, level }: Problem): ReportingDescriptor {
  const rule = kind === 'finding' ? ruleOf(name) : undefined;
  const setting = kind === 'row' ? (name === 'version' ? VERSION : settingAt(name)) : undefined;
  const title = rule?.title ?? (setting ? `${setting.title}: the two sides differ` : `${name} differs`);
  const why = rule?.why ?? setting?.why ?? 'A value of the chart that the bootstrap and Argo CD do not share.';
  const fix = rule?.fix ?? 'Give both sides the same value, or let both read one values file.';
  const link = rule?.link ?? setting?.link;
  return {
    id: name,
    shortDescription: { text: short(title) },
    fullDescription: { text: short(why) },
    help: {
      text: noLinks(`${sentence(why, MOST_OF_A_TEXT)} ${sentence(fix, MOST_OF_A_TEXT)}`),
    },
    ...(link === undefined ? {} : { helpUri: link }),
    defaultConfiguration: { level: rule?.level ?? setting?.level ?? level },
    properties: properties(kind, rule?.level ?? level),
  };
}

function properties(kind: Problem['kind'], level: Level): PropertyBag {
  return {
    tags: ['cilium', kind === 'row' ? 'drift' : 'rule'],
    precision: 'high',
    'problem.severity': level === 'note' ? 'recommendation' : level,
  };
}

function short(text: string): string {
  return noLinks(sentence(text, MOST_OF_A_TEXT - 1));
}

/** A SARIF message may hold links, `[text](target)`: no text of a repository shall be one. */
function noLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

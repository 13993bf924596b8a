import { gravity } from '../shared/align/weight.ts';
import { CONFIG_FILE, type Config } from '../shared/config/config.ts';
import { applyExceptions } from '../shared/config/exceptions.ts';
import { findConfig } from '../shared/config/find-config.ts';
import type { Level } from '../shared/model.ts';
import type { Policy } from '../shared/report/build-report.ts';
import { plainText } from '../shared/report/escape.ts';
import type { Repository } from '../shared/repository/repository.ts';
import { type Settings, strictest } from './settings.ts';
import { refused, type Verdict } from './verdict.ts';

/** The repository's configuration, none where it has none; a verdict where it cannot be used. */
export async function findConfiguration(repository: Repository, named: string | undefined): Promise<{ config?: Config } | Verdict> {
  const file = plainText(named ?? CONFIG_FILE, 100);
  if (named !== undefined && repository.file(named) === undefined)
    return refused(`Nothing is at ${file}, which config names.`, 'Mend `config`: a path from the root of the repository.');
  const found = await findConfig(repository, named);
  if ('config' in found) return found.config === undefined ? {} : { config: found.config };
  if ('mistaken' in found) return refused(`${found.mistaken} is not read.`, `Call it ${CONFIG_FILE}.`);
  if ('unreadable' in found) return refused(`${file} cannot be used: it ${found.unreadable}.`, 'Mend it and push.');
  const lines = found.problems.map(({ message, place }) => `${place.file}:${place.line}:${place.column}: ${message}`);
  const wrong = `${lines.length} ${lines.length === 1 ? 'thing is' : 'things are'} wrong with it`;
  return { ...refused(`${file} cannot be used: ${wrong}.`, 'Mend it and push.'), evidence: lines };
}

/** What decides between passing and blocking. */
export type GatePolicy = Policy & Pick<Settings, 'failOn' | 'undecided'>;

/** The stricter of what the settings and the repository's configuration ask for. The configuration relaxes nothing, unless its exceptions are honoured. */
export function policyOf(settings: Settings, config: Config | undefined): GatePolicy {
  const { failOn, undecided } = settings;
  if (config === undefined) return { failOn, undecided };
  return {
    failOn: config.failOn === undefined || config.failOn === 'never' ? failOn : strictest('fail-on', [failOn, config.failOn]),
    undecided: config.undecided === undefined ? undecided : strictest('undecided', [undecided, config.undecided]),
    except:
      settings.allow === 'honour'
        ? (judged) => applyExceptions(judged, config, { partial: true })
        : (judged) => raised(judged, applyExceptions(judged, { ...config, allow: [] }, { partial: true })),
  };
}

type Judged = Parameters<NonNullable<Policy['except']>>[0];

/** What was judged under other levels, but nothing lower than without them. */
function raised(before: Judged, after: Judged): Judged {
  return {
    clusters: after.clusters.map((cluster, i) => ({
      ...cluster,
      rows: cluster.rows.map((row, j) => ({ ...row, level: graver(row.level, before.clusters[i]!.rows[j]!.level) })),
    })),
    findings: after.findings.map((finding, i) => ({
      ...finding,
      level: graver(finding.level, before.findings[i]?.level ?? finding.level),
    })),
  };
}

function graver<L extends Level | null>(a: L, b: L): L {
  return gravity(a) >= gravity(b) ? a : b;
}

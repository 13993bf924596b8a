import { normalize } from '../../repository/tree-repository.ts';
import { opaque } from '../../tree.ts';
import { argocdRefuses } from '../fault.ts';
import { type Application, known } from './application.ts';
import { chartOf, renderChart } from './chart-source.ts';
import { isGateSource, renderDirectory } from './directory-source.ts';
import { refusedSources } from './refused-sources.ts';
import type { RenderContext, Rendered, Rendering } from './rendered.ts';
import { pathBelow } from './this-repository.ts';

/** Renders every source of an Application. Never throws. */
export function renderApplication(application: Application, context: RenderContext): Rendered {
  const rendered: Rendered = { releases: [], objects: [], faults: [], unknown: [], files: [], directories: [], doubts: [], revisions: [] };
  rendered.faults.push(...refusedSources(application));
  for (const source of application.sources) renderSource({ application, source, context, rendered });
  return rendered;
}

function renderSource(rendering: Rendering): void {
  const chart = chartOf(rendering.source);
  if (chart) {
    renderChart(chart, rendering);
    return;
  }
  const directory = directoryOf(rendering);
  if (directory === undefined) return;
  noteWhereItLies(directory, rendering);
  renderDirectory(directory, rendering);
}

/** The directory of this repository that a source renders. Where there is none, what that means goes into `rendered`. */
function directoryOf({ source, context, rendered }: Rendering): string | undefined {
  if (source.path === undefined) return undefined;
  const { place } = source.path;
  const unknown = (reason: string): undefined => {
    rendered.unknown.push({ opaque: opaque(reason, place) });
  };
  if (source.path.kind === 'opaque') return unknown(`its path is not known: ${source.path.reason}`);
  const path = source.path.value;
  const url = known(source.repoURL);
  const root = url === undefined ? '' : context.here.rootOf(url);
  if (root === undefined) return unknown(`it lies in another repository, ${url}`);
  const below = path.startsWith('/') ? undefined : normalize(path);
  const directory = below === undefined ? undefined : pathBelow(root, below);
  if (directory !== undefined && context.repository.isDirectory(directory)) return directory;
  if (directory === undefined) {
    const why = path.startsWith('/') ? 'is absolute' : 'leads out of the repository';
    rendered.faults.push(argocdRefuses(`Argo CD refuses this Application: its path ${path} ${why}`, [place]));
  } else if (url === undefined || context.here.doubt(url)) return unknown(`${path} does not exist here, so its repository is another one`);
  else
    rendered.faults.push(
      argocdRefuses(
        `Argo CD cannot render this Application: its path ${path} does not exist`,
        [place],
        'Correct the path, or delete the Application.',
      ),
    );
  return undefined;
}

/** The directory, and what speaks against its being what Argo CD reads: another URL, another revision. */
function noteWhereItLies(directory: string, { source, context, rendered }: Rendering): void {
  const url = known(source.repoURL);
  const doubt = url === undefined ? undefined : context.here.doubt(url);
  if (doubt) rendered.doubts.push(doubt);
  if (!isGateSource(source)) rendered.directories.push(directory);
  const revision = context.here.otherRevision(known(source.targetRevision));
  if (revision) rendered.revisions.push({ why: revision, place: (source.targetRevision ?? source.tree).place });
}

import type { Mapping } from '../../model.ts';
import { opaque, textAt } from '../../tree.ts';
import { argocdRefuses } from '../fault.ts';
import { readChart } from '../helm/chart-directory.ts';
import { renderChartObjects, rendersObjects } from '../helm/chart-templates.ts';
import { bringsCilium, ciliumOfChart, filesOf } from '../helm/umbrella-chart.ts';
import { buildKustomization, hasKustomization } from '../kustomize/build.ts';
import { mayReach } from '../kustomize/reach.ts';
import { type Application, placeOf, readSource, type Source } from './application.ts';
import { overrideSource } from './argocd-source-override.ts';
import { instanceName } from './environment.ts';
import { isGate } from './gate.ts';
import { helmIdentity, helmLayers, skippedValidation, valueFileContext } from './helm-source.ts';
import { plainManifests } from './plain-manifests.ts';
import { unreadableFields } from './refused-sources.ts';
import type { Rendering } from './rendered.ts';

/** Renders a directory of this repository with the tool that Argo CD chooses for it. */
export function renderDirectory(directory: string, rendering: Rendering): void {
  const { context, rendered } = rendering;
  const source = overriddenSource(directory, rendering);
  const blocks = {
    helm: filled(source.helm),
    kustomize: filled(source.kustomize),
    directory: filled(source.directory),
    plugin: source.plugin,
  };
  const tools = Object.entries(blocks).flatMap(([tool, block]) => (block ? [tool] : []));
  if (tools.length > 1)
    rendered.faults.push(
      argocdRefuses(`Argo CD refuses this Application: a source has the blocks of several tools (${tools.join(', ')})`, [source.place]),
    );
  if (isGateSource(source) || (blocks.plugin && !runsKustomize(blocks.plugin, directory, rendering))) return;
  const { repository } = context;
  const chart = readChart(repository, directory);
  const decided = blocks.helm || blocks.directory;
  if (blocks.kustomize || blocks.plugin || (!decided && hasKustomization(repository, directory)))
    renderKustomization(directory, blocks.kustomize, { ...rendering, source });
  else if (blocks.helm || (chart && !decided)) renderOwnChart(directory, chart, { ...rendering, source });
  else rendered.objects.push(...plainManifests(repository, directory, blocks.directory, rendered));
}

/** The source with what `.argocd-source.yaml` files in the directory say over it. */
function overriddenSource(directory: string, { application, source, context, rendered }: Rendering): Source {
  const override = overrideSource(context.repository, directory, instanceName(application), source.tree, rendered.faults);
  if (override.files.length === 0) return source;
  const unreadable: Application['unreadable'] = [];
  const overridden = readSource(override.source, unreadable);
  rendered.faults.push(...unreadableFields(unreadable));
  rendered.files.push(...override.files);
  return overridden;
}

/** Whether a config management plugin does no more here than kustomize would; what another one makes is not known. */
function runsKustomize(plugin: Mapping, directory: string, { context, rendered }: Rendering): boolean {
  const name = textAt(plugin, 'name') ?? '';
  if (context.plugin(name) === 'kustomize' && hasKustomization(context.repository, directory)) return true;
  const why = name === '' ? 'a config management plugin renders it' : `the config management plugin ${name} renders it`;
  rendered.unknown.push({ opaque: opaque(why, placeOf(plugin)), plugin: directory });
  return false;
}

function renderKustomization(directory: string, edit: Mapping | undefined, { source, context, rendered }: Rendering): void {
  const { repository, anyFile } = context;
  if (!edit && !mayReach(repository, directory)) return;
  const from = (source.path ?? source.tree).place;
  const build = buildKustomization(repository, directory, { ...(edit ? { edit } : {}), anyFile, from });
  rendered.releases.push(...build.releases);
  rendered.objects.push(...build.objects);
  rendered.faults.push(...build.faults);
  rendered.files.push(...build.files);
}

/** A chart that lies in this repository: Cilium is among its dependencies, or its templates are read. */
function renderOwnChart(directory: string, chart: ReturnType<typeof readChart>, rendering: Rendering): void {
  const { application, source, context, rendered } = rendering;
  const { repository } = context;
  if (!chart) {
    const what = `${directory || 'the root'} has a helm block, but no Chart.yaml`;
    rendered.faults.push(argocdRefuses(`Argo CD cannot render this Application: ${what}`, [source.place]));
    return;
  }
  if (!bringsCilium(repository, chart) && !rendersObjects(repository, chart)) return;
  const layers = helmLayers(source.helm, valueFileContext(rendering));
  const identity = helmIdentity(application, source, rendered.faults);
  const parts = ciliumOfChart(repository, directory, layers, rendered.faults);
  rendered.releases.push(...parts.map((part) => ({ ...part, ...identity, ...skippedValidation(source.helm) })));
  if (parts.length === 0) rendered.objects.push(...renderChartObjects(repository, chart, layers, identity));
  rendered.files.push(chart.file, ...filesOf(layers));
}

/** An entry that only compares. */
export function isGateSource({ plugin }: Source): boolean {
  const name = textAt(plugin, 'name');
  return name !== undefined && isGate({ plugin: name });
}

/** A tool's block that decides: an empty one is dropped. */
function filled(block: Mapping | undefined): Mapping | undefined {
  return block && (block.entries.size > 0 || block.unseen) ? block : undefined;
}

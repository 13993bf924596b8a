import { at } from '../../tree.ts';
import { argocdRefuses, type Fault } from '../fault.ts';
import { type Application, known, type Source } from './application.ts';

const REF = /^[a-zA-Z0-9_-]+$/;

/** What Argo CD says of an Application before it reads any source. */
export function refusedSources(application: Application): Fault[] {
  return [...unreadableFields(application.unreadable), ...refusedRefs(application), ...application.sources.flatMap(refusedSource)];
}

/** Fields with a value of another type than Argo CD's. */
export function unreadableFields(unreadable: Application['unreadable']): Fault[] {
  return unreadable.map(({ message, place }) =>
    argocdRefuses(`Argo CD cannot read this Application: ${message}`, [place], 'Quote the value.'),
  );
}

function refusedRefs({ multi, sources }: Application): Fault[] {
  if (!multi) return [];
  const faults: Fault[] = [];
  const refs = new Map<string, Source>();
  for (const source of sources) {
    const ref = known(source.ref);
    if (ref === undefined) continue;
    const { place } = source.ref!;
    if (!REF.test(ref))
      faults.push(argocdRefuses(`Argo CD refuses this Application: the ref ${ref} may only hold letters, digits, - and _`, [place]));
    const twin = refs.get(ref);
    if (twin) faults.push(argocdRefuses(`Argo CD refuses this Application: two sources have the ref ${ref}`, [place, twin.ref!.place]));
    refs.set(ref, source);
  }
  return faults;
}

function refusedSource(source: Source): Fault[] {
  const { path, chart, ref, tree, targetRevision, place } = source;
  if (chart)
    return targetRevision && known(targetRevision) !== ''
      ? []
      : [
          argocdRefuses(
            'Argo CD refuses this Application: a chart needs a targetRevision',
            [place],
            'Pin the chart version in targetRevision.',
          ),
        ];
  if (path || ref || known(source.repoURL)?.startsWith('oci://') || at(tree, 'path') || tree.unseen) return [];
  return [argocdRefuses('Argo CD refuses this Application: a source needs a path, a chart or a ref', [place])];
}

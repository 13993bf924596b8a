import { wholeFile } from '../../language/source-text.ts';
import type { FilePlace } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { opaque } from '../../tree.ts';
import { manifestDeclarations } from './manifest-declarations.ts';
import { type Found, type Lead, objectsOf, plainReader, uniqueFiles } from './manifests.ts';
import { ownFile } from './own-repository.ts';

/** What a URL that Talos downloads at bootstrap declares: a file of this very repository, or something about Cilium that cannot be seen. */
export function manifestUrl(url: string, place: FilePlace, repository: Repository, lead: Lead): Found {
  const own = ownFile(url, repository);
  if (own !== undefined) {
    const objects = objectsOf(plainReader.documents(wholeFile(own, repository.read(own))));
    const found = manifestDeclarations(
      { objects, reader: plainReader },
      { ...lead, files: uniqueFiles([place.file], lead.files), why: `${lead.why}, by a URL of this repository` },
    );
    return found;
  }
  if (!isCiliumManifest(url)) return { declarations: [], unused: [] };
  const version = /(?:^|[/_-])v?(1\.\d{1,2}\.\d+(?:-(?:rc|pre|alpha|beta)\.\d+)?)(?:[/_.-]|$)/.exec(url)?.[1];
  const why = opaque('it is downloaded when Talos boots', place, url.replace(/\/\/[^@/]*@/, '//'));
  return {
    declarations: [
      {
        side: 'bootstrap',
        form: 'manifest-url',
        place,
        files: uniqueFiles([place.file], lead.files),
        name: null,
        namespace: null,
        chartVersion: null,
        chartVersionWhy: version ? `the manifest is remote; its URL names ${version}` : 'the manifest is remote',
        chartVersionPlace: place,
        installer: 'rendered',
        layers: [],
        opaque: why,
        clusters: [...lead.clusters],
        rank: lead.rank,
        rankWhy: lead.why,
        findings: [],
      },
    ],
    unused: [],
  };
}

/** Cilium itself; not its CRDs, not Gateway API's files in a repository of that name. */
function isCiliumManifest(url: string): boolean {
  const path = url.replace(/^[a-z]+:\/\/[^/]+\//i, '').replace(/[?#].*$/, '');
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (!/cilium/i.test(path) || /\bcrds?\b|gateway-api|tetragon|hubble-(?:ui|relay|cli)/i.test(path)) return false;
  return /cilium/i.test(file) || /cilium\/(?:[^/]+\/)*(?:install|quick-install|manifest|bootstrap|deploy)[^/]*\.ya?ml$/i.test(path);
}

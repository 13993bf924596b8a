import type { Declaration, TalosCluster, TalosManifest, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { manifestUrl } from './extra-manifests.ts';
import { inlineManifestDeclarations } from './inline-manifests.ts';
import { type Found, type Lead, plainReader, uniqueFiles } from './manifests.ts';

const WORDS: Record<TalosCluster['owner'], string> = {
  omni: "Omni's cluster template",
  talhelper: "talhelper's talconfig",
  terraform: 'Terraform',
  talosctl: 'a talosctl command',
  'machine-config': 'a machine configuration',
  patches: 'a patch of a machine configuration',
};

/** What the manifests of the Talos clusters install. Terraform's are left out where their text is: another reader follows its templates. */
export function talosManifests(repository: Repository, clusters: readonly TalosCluster[]): Found {
  const found = { declarations: [] as Declaration[], unused: [] as Unused[], placeholders: [] as Declaration[] };
  for (const cluster of clusters) {
    const lead: Lead = {
      files: [cluster.place.file],
      clusters: cluster.clusters,
      rank: cluster.rank,
      why: `${WORDS[cluster.owner]} leads to it (${cluster.place.file})`,
    };
    const inline = cluster.manifests.filter(
      (manifest) => manifest.url === undefined && !(cluster.owner === 'terraform' && manifest.opaque),
    );
    const declared = inlineManifestDeclarations(inline.map(withFiles), plainReader, lead);
    found.declarations.push(...declared.declarations);
    found.unused.push(...declared.unused);
    found.placeholders.push(...(declared.placeholders ?? []));
    for (const manifest of cluster.manifests) {
      if (manifest.url === undefined) continue;
      const url = manifestUrl(manifest.url, manifest.place, repository, { ...lead, files: uniqueFiles([manifest.place.file], lead.files) });
      found.declarations.push(...url.declarations);
      found.unused.push(...url.unused);
    }
  }
  return found;
}

function withFiles({ name, place, text, opaque }: TalosManifest) {
  return { name, place, ...(text ? { text } : {}), ...(opaque ? { opaque } : {}) };
}

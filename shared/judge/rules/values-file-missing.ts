import { valuesApplication } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';

export const valuesFileMissing: Rule = {
  id: 'values-file-missing',
  level: 'error',
  title: 'A values file that is named does not exist',
  why: 'The renderer fails, or, where missing files are ignored, renders the defaults: a moved file changes the whole network. A warning on the side of the bootstrap, where something may make the file first.',
  fix: 'Correct the path, or restore the file.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#values-files',
  examples: {
    passing: { 'argocd/cilium.yaml': valuesApplication('cilium/values.yaml'), 'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n' },
    failing: {
      'argocd/cilium.yaml': valuesApplication(['cilium/values.yaml', 'cilium/homelab.yaml']),
      'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n',
    },
  },
  judge({ bootstrap, argocd }) {
    const argocdFiles = (argocd?.declaration.layers ?? []).flatMap((layer) =>
      layer.kind === 'values-file' && layer.tree.kind !== 'opaque' && 'file' in layer.place ? [layer.place.file] : [],
    );
    // Documents and comments outlive the files that they name.
    if (!bootstrap || bootstrap.declaration.rank < 3) return [];
    return bootstrap.declaration.layers.flatMap((layer): Fault[] => {
      if (layer.kind === 'set' || layer.tree.kind !== 'opaque' || layer.tree.missing === undefined) return [];
      const { missing, place } = layer.tree;
      const moved = argocdFiles.find((file) => basename(file) === basename(missing));
      return [
        {
          message: `The bootstrap reads ${missing}, which is not in Git: it fails, unless something makes the file first.`,
          places: [place],
          level: 'warning',
          fix: moved === undefined ? 'Correct the path, or commit the file.' : `Name ${moved}, which Argo CD reads, or commit the file.`,
        },
      ];
    });
  },
};

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

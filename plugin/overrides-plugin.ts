import { wholeFile } from '../shared/language/source-text.ts';
import { parseYaml } from '../shared/language/yaml/parse.ts';
import { type Repository, UnreadableFile } from '../shared/repository/repository.ts';
import { join } from '../shared/repository/tree-repository.ts';
import type { GatedApplication } from './choose-cluster.ts';

/** The file beside the source by which a commit changes what the Application tells its plugin, or undefined. https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git */
export function overridesPlugin(repository: Repository, { name, sourcePath }: GatedApplication): string | undefined {
  return ['.argocd-source.yaml', `.argocd-source-${name}.yaml`]
    .map((file) => join(sourcePath, file))
    .find((path) => path !== undefined && namesPlugin(repository, path));
}

function namesPlugin(repository: Repository, path: string): boolean {
  if (repository.file(path) === undefined) return false;
  try {
    const { documents, problems } = parseYaml(wholeFile(path, repository.read(path)), { templates: false });
    // What cannot be read may say anything; and Argo CD reads the names of fields whatever their case.
    return (
      problems.length > 0 ||
      documents.some(({ tree }) => tree.kind !== 'map' || [...tree.entries.keys()].some((key) => key.toLowerCase() === 'plugin'))
    );
  } catch (error) {
    if (error instanceof UnreadableFile) return true;
    throw error;
  }
}

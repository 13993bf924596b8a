import { embedded, textAtPlace, wholeFile } from '../../language/source-text.ts';
import type { ClusterEvidence, Declaration, FilePlace, SourceText, Tree } from '../../model.ts';
import { UnreadableFile } from '../../repository/repository.ts';
import { evaluate } from '../terraform/evaluate.ts';
import type { PlacedBlock } from '../terraform/modules.ts';
import { type Instance, knownString, REPOSITORY, repositoryPath } from '../terraform/run.ts';
import { embeddedCommands } from './embedded-commands.ts';
import { uniqueFiles } from './manifests.ts';
import { callers } from './terraform-helm.ts';

const WORTH = /\b(?:helm|cilium|kustomize)\b/;

/** What the commands of a block install: `provisioner "local-exec"`, the `program` of a `data "external"`, `shell_script`. */
export function terraformCommands(block: PlacedBlock, instance: Instance, clusters: readonly ClusterEvidence[]): Declaration[] {
  const place = instance.place(block);
  const declarations: Declaration[] = [];
  for (const { text, directory } of commandsOf(block, instance, place)) {
    if (!WORTH.test(text.text)) continue;
    const { repository } = instance.run.configurations;
    const found = embeddedCommands({
      source: text,
      repository,
      directories: [directory, instance.module.directory, ''],
      where: `in Terraform (${block.labels.join('.')})`,
    });
    for (const declaration of found)
      declarations.push({
        ...declaration,
        files: uniqueFiles(declaration.files, [place.file], callers(instance)),
        clusters: [...clusters, ...declaration.clusters.filter((c) => !clusters.some((own) => own.name === c.name))],
      });
  }
  return declarations;
}

function commandsOf(block: PlacedBlock, instance: Instance, place: FilePlace): { text: SourceText; directory: string }[] {
  const found: { text: SourceText; directory: string }[] = [];
  const root = instance.run.root;
  const add = (tree: Tree | undefined, directory: string) => {
    const text = tree && scriptText(tree, instance, place);
    if (text) found.push({ text, directory });
  };
  for (const inner of block.body.blocks) {
    if (inner.type !== 'provisioner' || inner.labels[0] !== 'local-exec') continue;
    const attribute = (name: string) => {
      const written = inner.body.attributes.get(name);
      return written && evaluate(written.value, instance.scope(block.file));
    };
    if (knownString(attribute('when')) === 'destroy') continue;
    const at = knownString(attribute('working_dir'));
    add(attribute('command'), (at === undefined ? root : repositoryPath(at, root)) ?? root);
  }
  if (block.labels[0] === 'external') {
    const program = instance.attribute(block, 'program');
    const items = program?.kind === 'list' ? program.items : [];
    const command = items.findIndex((item) => /^-[a-z]*c$/.test(knownString(item) ?? ''));
    if (command >= 0) add(items[command + 1], root);
    else for (const item of items) addScript(item, instance, found);
  }
  return found;
}

/** A script of the repository that is called by its path. */
function addScript(item: Tree, instance: Instance, found: { text: SourceText; directory: string }[]): void {
  const path = knownString(item);
  const file = path === undefined || !/\.(?:sh|bash)$/.test(path) ? undefined : repositoryPath(path, instance.run.root);
  if (file === undefined) return;
  try {
    found.push({
      text: wholeFile(file, instance.run.configurations.repository.read(file)),
      directory: instance.run.root,
    });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
  }
}

/** The script with what Terraform knows of it filled in; what it does not know stays as a variable of the shell's that nobody sets. */
function scriptText(tree: Tree, instance: Instance, place: FilePlace): SourceText | undefined {
  const flat = tree.kind === 'scalar' ? instance.run.splices.flat(tree) : tree;
  const text = flat.kind === 'scalar' ? knownString(flat) : flat.kind === 'opaque' ? flat.text : undefined;
  if (text === undefined) return undefined;
  const source = tree.kind === 'scalar' ? embedded(tree) : textAtPlace(text, place);
  const known = text
    .replaceAll(`${REPOSITORY}/`, '')
    .replace(/\$\{(?:var|local|each|data|module|path)\.([\w.]+)[^}]*\}/g, (_, name: string) => `\${${name.replace(/\W/g, '_')}}`);
  return { ...source, text: known };
}

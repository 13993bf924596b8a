import { describe, expect, test } from 'vitest';
import { readCommands } from '../../../test/read-commands.ts';

describe('cilium install', () => {
  const table: [string, Record<string, string>, string[]][] = [
    [
      'from a script',
      { 's.sh': 'cilium install --version 1.18.2 --set ipam.mode=kubernetes' },
      ['cilium-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a short version is its first patch',
      { 's.sh': 'cilium install --version v1.18' },
      ['cilium-command s.sh:1:1 cilium/kube-system@1.18.0 rank 4'],
    ],
    ['no version', { 's.sh': 'cilium install' }, ['cilium-command s.sh:1:1 cilium/kube-system@null rank 4']],
    [
      'namespace and name',
      { 's.sh': 'cilium -n net install --helm-release-name c --version 1.18.2' },
      ['cilium-command s.sh:1:1 c/net@1.18.2 rank 4'],
    ],
    [
      'a name that is one of two',
      { 's.sh': 'if command -v cilium; then C=cilium; else C=cilium-cli; fi\n"$C" install --version 1.18.2' },
      ['cilium-command s.sh:2:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    ['other verbs', { 's.sh': 'cilium status --wait\ncilium upgrade --version 1.18.2\ncilium connectivity test\ncilium uninstall' }, []],
    ['only tried', { 's.sh': 'cilium install --version 1.18.2 --dry-run' }, []],
  ];
  test.each(table)('%s', (_, files, expected) => {
    expect(readCommands(files).lines).toEqual(expected);
  });

  test('the installer and the pinned version of the tool are known', () => {
    const { declarations } = readCommands({ 's.sh': 'cilium install', '.mise.toml': '[tools]\n"aqua:cilium/cilium-cli" = "0.18.7"\n' });
    expect(declarations[0]).toMatchObject({ installer: 'cilium-cli-workstation', ciliumCliVersion: '0.18.7' });
  });

  test('the context names the cluster', () => {
    expect(readCommands({ 's.sh': 'cilium install --context admin@prod --version 1.18.2' }).declarations[0]!.clusters).toContainEqual(
      expect.objectContaining({ name: 'prod', strength: 3 }),
    );
  });
});

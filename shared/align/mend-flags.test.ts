import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../evaluate/helm/merge.ts';
import type { Cell, Form, Release, Row, SetFlag } from '../model.ts';
import { at, toPlain } from '../tree.ts';
import { mendOf, mendsOf } from './mend.ts';
import { REDACTED } from './redact.ts';

const SETTING = 'l2announcements.enabled';
const place = { file: 'install.sh', line: 4, column: 3 };
const cell = (value: unknown): Cell => ({ value, origin: 'set', place: { file: 'argocd.yaml', line: 2, column: 3 } });
const unset: Cell = { value: false, origin: 'default', place: { source: 'chart default 1.18.2' } };
const release = (side: 'bootstrap' | 'argocd', more: Partial<Release> = {}): Release => ({
  side,
  form: side === 'bootstrap' ? 'helm-command' : 'application',
  name: 'cilium',
  namespace: 'kube-system',
  chartVersion: '1.18.2',
  place,
  files: [place.file],
  layers: [],
  ...more,
});
const row = (bootstrap: Cell, argocd: Cell, more: Partial<Row> = {}): Row => ({
  setting: SETTING,
  status: 'drifted',
  impact: 'behaviour',
  level: 'warning',
  bootstrap,
  argocd,
  ...more,
});
const mend = (value: unknown, more: Partial<Release> = {}) =>
  mendOf(row(unset, cell(value)), { bootstrap: release('bootstrap', more), argocd: release('argocd') }, 'bootstrap')!;

/** The one word of the edit as a shell reads it, as a flag of Helm. */
function flagOf(edit: string, shell: boolean): SetFlag {
  const [, word] = /^add (`+) ?([\s\S]*?) ?\1$/.exec(edit)!.slice(1) as [string, string];
  const read = shell ? word.replace(/'((?:[^']|'\\'')*)'/g, (_, quoted: string) => quoted.replaceAll("'\\''", "'")) : word;
  const [, flag, text] = /^--(set|set-string|set-json)=([\s\S]*)$/.exec(read)!;
  return { flag: flag as SetFlag['flag'], text: text!, place };
}

describe('a flag sets what the other side holds', () => {
  const values = [
    true,
    false,
    5,
    -5,
    1.5,
    'a',
    'a b',
    'true',
    'null',
    '5',
    '0123',
    '1e3',
    '+5',
    '-',
    '1.5.2',
    'a,b',
    'a\\b',
    '{a}',
    "it's",
    '$HOME',
    'True',
    'NULL',
    [],
    ['true', 'x'],
    ['5', '6'],
    [1, true],
    [null],
    'a`b',
    '10.0.0.0/8',
    ['a', 'b'],
    ['a,b', "c'd"],
    [{ a: 1 }],
    { a: [1, 'b'] },
    '',
  ];

  test.each(values.map((value) => [value]))('%j', (value) => {
    for (const form of ['helm-command', 'cilium-cli-job'] as Form[]) {
      const found = mend(value, { form });
      expect(found).toMatchObject({ side: 'bootstrap', action: 'set', place });
      const edit = (found as { edit: string }).edit;
      const { tree, problems } = mergeLayers([{ kind: 'set', place, flags: [flagOf(edit, form === 'helm-command')] }]);
      expect(problems, edit).toEqual([]);
      const set = toPlain(at(tree, SETTING)!);
      // Templates print 1.5 and "1.5" alike.
      expect(typeof value === 'number' && !Number.isInteger(value) ? Number(set) : set, edit).toEqual(value);
    }
  });
});

test.each([
  ['argocd.yaml', cell(false), true, 'set', 'change `l2announcements.enabled` to `true`'],
  ['argocd.yaml', cell(true), null, 'remove', 'remove `l2announcements.enabled`'],
  ['install.sh', unset, REDACTED, 'set', "give `l2announcements.enabled` the other side's value (a secret, not shown)"],
  ['argocd.yaml', cell('x'), REDACTED, 'set', "give `l2announcements.enabled` the other side's value (a secret, not shown)"],
])('an edit says what it does, and where: %s', (file, from, to, action, edit) => {
  const other = { ...cell(to), origin: to === null ? ('absent' as const) : ('set' as const) };
  expect(mendOf(row(from, other), { bootstrap: release('bootstrap'), argocd: release('argocd') }, 'bootstrap')).toMatchObject({
    side: 'bootstrap',
    action,
    edit,
    place: { file },
  });
});

test('a manifest that somebody rendered is rendered again', () => {
  const rendered = (from: Cell, to: unknown) =>
    mendOf(row(from, cell(to)), { bootstrap: release('bootstrap', { form: 'rendered-manifest' }), argocd: release('argocd') }, 'bootstrap');
  expect(rendered(cell(false), true)).toEqual({
    side: 'bootstrap',
    action: 'other',
    edit: 'render it again with `l2announcements.enabled=true`',
    place: { file: 'argocd.yaml', line: 2, column: 3 },
  });
  expect(rendered(cell(false), null)).toMatchObject({ edit: 'render it again without `l2announcements.enabled`' });
  expect(rendered(unset, true)).toMatchObject({ place });
  expect(rendered({ ...unset, place: null }, true)).toMatchObject({ place });
});

describe('a side that has no edit says why', () => {
  const why = (row: Row, cluster: Partial<Parameters<typeof mendOf>[1]>, side: 'bootstrap' | 'argocd') => {
    const answer = mendOf(row, { bootstrap: release('bootstrap'), argocd: release('argocd'), ...cluster }, side);
    expect(answer).toMatchObject({ side });
    expect(answer).not.toHaveProperty('edit');
    return (answer as { why: string }).why;
  };
  const talos = { contract: null, facts: { kubeProxy: { value: 'disabled', origin: 'set' as const, place: null } } };

  test('in its own words', () => {
    expect(why(row(cell(true), cell(false), { setting: 'cgroup.autoMount.enabled' }), { talos }, 'argocd')).toContain(
      "the bootstrap's value is the wrong one",
    );
    expect(why(row(cell(false), cell('true'), { setting: 'cgroup.autoMount.enabled' }), { talos }, 'bootstrap')).toContain(
      "Argo CD's value is the wrong one",
    );
    expect(why(row(cell('kubernetes'), cell('cluster-pool'), { setting: 'ipam.mode' }), {}, 'argocd')).toContain(
      'a running cluster cannot take another value',
    );
    expect(why(row(unset, { ...cell(null), origin: 'absent' }), {}, 'bootstrap')).toContain(
      'nothing is written here that could be removed',
    );
    expect(why(row(cell('1.18.1'), cell('1.18.2'), { setting: 'version' }), {}, 'argocd')).toContain('Cilium is not downgraded');
  });

  test('unless the row is settled, or a side is missing', () => {
    const both = { bootstrap: release('bootstrap'), argocd: release('argocd') };
    expect(mendOf(row(unset, cell(true), { status: 'aligned' }), both, 'bootstrap')).toBeUndefined();
    expect(mendOf(row(unset, cell(true)), { ...both, argocd: null }, 'bootstrap')).toBeUndefined();
    expect(mendOf(row(unset, cell(true)), { ...both, bootstrap: null }, 'argocd')).toBeUndefined();
  });
});

describe('an edit keeps the way to the API server and to pods', () => {
  const sides = (setting: string, left: unknown, right: unknown, cluster: Partial<Parameters<typeof mendsOf>[1]>) =>
    mendsOf(row(cell(left), cell(right), { setting }), { bootstrap: release('bootstrap'), argocd: release('argocd'), ...cluster }).map(
      ({ side }) => side,
    );
  const talos = (kubeProxy: string) => ({ talos: { contract: null, facts: { kubeProxy: cell(kubeProxy) } } });
  const other = (setting: string, argocd: unknown, status: Row['status'] = 'drifted') =>
    row(cell('tunnel'), cell(argocd), { setting, status });

  test.each([
    ['k8sServiceHost', '', 'localhost', 'disabled', ['bootstrap']],
    ['k8sServiceHost', null, 'localhost', 'disabled', ['bootstrap']],
    ['k8sServiceHost', null, 'localhost', 'enabled', ['bootstrap', 'argocd']],
    ['kubeProxyReplacement', true, false, 'disabled', ['argocd']],
    ['kubeProxyReplacement', 'true', 'false', 'disabled', ['argocd']],
    ['kubeProxyReplacement', 'true', 'false', 'enabled', ['bootstrap']],
    ['kubeProxyReplacement', 'true', 'strict', 'disabled', ['bootstrap']],
  ])('%s %j and %j where kube-proxy is %s: %j', (setting, left, right, kubeProxy, expected) => {
    expect(sides(setting, left, right, talos(kubeProxy))).toEqual(expected);
  });

  test.each([
    ['routing that Argo CD changes to native', [other('routingMode', 'native')], ['bootstrap']],
    ['routing that is native on both sides', [other('routingMode', 'native', 'aligned')], ['bootstrap', 'argocd']],
    ['routing that Argo CD changes to a tunnel', [other('routingMode', 'tunnel')], ['bootstrap', 'argocd']],
    ['another setting of that value', [other('tunnelProtocol', 'native')], ['bootstrap', 'argocd']],
    ['nothing', [], ['bootstrap', 'argocd']],
  ])('the range of native routing beside %s', (_, rows, expected) => {
    expect(sides('ipv4NativeRoutingCIDR', null, '10.244.0.0/16', { rows })).toEqual(expected);
    expect(sides('MTU', 1500, 1400, { rows })).toEqual(['bootstrap', 'argocd']);
  });

  test('a setting that the catalogue does not know can be changed on both sides', () => {
    expect(sides('sleepAfterInit', true, false, {})).toEqual(['bootstrap', 'argocd']);
  });
});

test.each([
  ['values-file', { file: 'values.yaml', line: 1, column: 1 }, 'add `l2announcements.enabled: true`', 'values.yaml'],
  ['implicit', { source: 'cilium install adds it' }, 'add `--set=l2announcements.enabled=true`', 'install.sh'],
  ['set', place, 'add `--set=l2announcements.enabled=true`', 'install.sh'],
] as const)('a value goes where the last layer stands: %s', (kind, layer, edit, file) => {
  expect(mend(true, { layers: [{ kind, place: layer }] })).toMatchObject({ edit, place: { file } });
});

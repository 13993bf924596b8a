import { describe, expect, test } from 'vitest';
import { readRecording } from '../../test/helm/recorded.ts';
import { coalesce } from '../evaluate/helm/merge.ts';
import type { Mapping, Tree } from '../model.ts';
import { fromPlain, opaque, splitPath } from '../tree.ts';
import { ChartValues } from './chart-values.ts';
import { chartDefaults } from './charts.ts';
import { renderFacts } from './render.ts';
import { factRules } from './templates/index.ts';

const recording = readRecording();
// Which Secrets there are follows from certificates, which the recording leaves out.
const recordedNames = new Set(recording.cases.flatMap(({ renders }) => renders.flatMap(({ facts }) => [...(facts?.keys() ?? [])])));
const modelled = factRules()
  .map((rule) => rule.fact)
  .filter((fact) => recordedNames.has(fact) && !fact.startsWith('present.Secret/'));
const place = { source: 'test' };

function render(values: unknown, version: string) {
  const tree = coalesce(chartDefaults(version), fromPlain(values, place), { helm: 4 }) as Mapping;
  return renderFacts(new ChartValues(tree, version, recording));
}

const file = { file: 'values.yaml', line: 3, column: 5 };

/** A values document of one path, whose value stands at line 3. */
const written = (path: string, value: Tree): Tree =>
  splitPath(path).reduceRight<Tree>((below, key) => ({ kind: 'map', entries: new Map([[key, below]]), place: file, origin: 'set' }), value);

function placed(user: Tree, fact: string) {
  const values = new ChartValues(coalesce(chartDefaults('1.18.2'), user, { helm: 4 }) as Mapping, '1.18.2', recording);
  return renderFacts(values, { written: user }).facts.get(fact);
}

describe('a fact says where it comes from', () => {
  const chartDefault = { source: 'chart default 1.18.2' };
  test.each([
    ['what somebody wrote', written('routingMode', fromPlain('native', file)), 'config.routing-mode', 'native', 'set', file],
    [
      'what the chart makes of what somebody wrote',
      written('hubble.tls.enabled', fromPlain(false, file)),
      'config.hubble-disable-tls',
      'true',
      'derived',
      file,
    ],
    ['a default', written('debug.enabled', fromPlain(true, file)), 'config.bpf-root', '/sys/fs/bpf', 'default', chartDefault],
    [
      'what the chart makes of a default',
      written('debug.enabled', fromPlain(true, file)),
      'config.routing-mode',
      'tunnel',
      'default',
      chartDefault,
    ],
    [
      'a list, in whatever order',
      written('securityContext.capabilities.ciliumAgent', fromPlain(['SYS_ADMIN', 'CHOWN'], file)),
      'caps.cilium.cilium-agent',
      'CHOWN SYS_ADMIN',
      'set',
      file,
    ],
    [
      'what another value brought about',
      written('eni.enabled', fromPlain(true, file)),
      'image.cilium-operator.cilium-operator',
      'quay.io/cilium/operator-aws:v1.18.2',
      'derived',
      file,
    ],
    [
      'the switch that is on, and not the one that is asked first',
      coalesce(
        written('ingressController.enabled', fromPlain(false, { ...file, line: 9 })) as Mapping,
        written('gatewayAPI.enabled', fromPlain(true, file)),
      ),
      'config.enable-envoy-config',
      'true',
      'set',
      file,
    ],
  ] as const)('%s', (_, user, fact, value, origin, place) => {
    expect(placed(user, fact)).toEqual({ value, origin, place });
  });

  test('what cannot be known is opaque, and its neighbours are not', () => {
    const hidden = opaque('a variable of the shell decides it', file, '$MODE');
    const user = written('routingMode', hidden);
    expect(placed(user, 'config.routing-mode')).toMatchObject({ value: '', origin: 'opaque', place: file, opaque: hidden });
    expect(placed(user, 'config.bpf-root')).toMatchObject({ value: '/sys/fs/bpf', origin: 'default' });
    expect(placed(written('operator', hidden), 'replicas.cilium-operator')).toMatchObject({ origin: 'opaque' });
  });
});

describe('a refusal says where its cause stands', () => {
  const refusals = (user: Tree, version = '1.18.2', skipSchemaValidation = false) =>
    renderFacts(new ChartValues(coalesce(chartDefaults(version), user, { helm: 4 }) as Mapping, version, recording), {
      written: user,
      skipSchemaValidation,
    }).refusals;

  test('at the null that took a map away', () => {
    expect(refusals(written('operator', fromPlain(null, file)))).toEqual([
      { path: 'operator', message: 'nil pointer evaluating interface {}.enabled', place: file },
    ]);
  });

  test('at the value of a wrong type, unless the schema is skipped', () => {
    const user = written('hubble.relay.enabled', fromPlain('false', file));
    expect(refusals(user)).toEqual([
      { path: 'hubble.relay.enabled', message: "at '/hubble/relay/enabled': got string, want boolean", place: file },
    ]);
    expect(refusals(user, '1.18.2', true)).toEqual([]);
  });

  test('with the API that would mend it', () => {
    const [refusal] = refusals(fromPlain({ prometheus: { enabled: true, serviceMonitor: { enabled: true } } }, file));
    expect(refusal).toMatchObject({ path: 'prometheus.serviceMonitor.trustCRDsExist', api: 'monitoring.coreos.com/v1' });
  });

  test('never because of what cannot be known', () => {
    for (const path of ['bpf', 'hubble', 'cluster.name', 'kubeProxyReplacement', 'extraConfig']) {
      expect(refusals(written(path, opaque('it is a template', file)))).toEqual([]);
    }
  });
});

describe.each(recording.versions)('what Helm renders of %s', (version) => {
  test('is what every rule works out, and Helm refuses where a rule does', () => {
    const wrong: string[] = [];
    for (const { name, values, renders } of recording.cases) {
      const recorded = renders.find((render) => render.version === version)!;
      const { facts, refusals } = render(values, version);
      if ((recorded.error !== undefined) !== refusals.length > 0)
        wrong.push(`${name}: Helm says ${recorded.error}, rules say ${JSON.stringify(refusals)}`);
      if (recorded.error !== undefined && !refusals.some(({ message }) => recorded.error!.includes(message))) {
        wrong.push(`${name}: Helm says ${recorded.error}, rules say other words: ${JSON.stringify(refusals)}`);
      }
      if (!recorded.facts) continue;
      for (const fact of modelled) {
        const said = facts.get(fact)?.value;
        if (said !== recorded.facts.get(fact)) wrong.push(`${name}: ${fact} is ${said}, Helm renders ${recorded.facts.get(fact)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

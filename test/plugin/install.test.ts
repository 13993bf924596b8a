import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { OPTIONS, type Option } from '../../plugin/options.ts';
import { PLUGIN_NAME, PLUGIN_VERSION } from '../../plugin/version.ts';

const root = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');

interface Container {
  name: string;
  image: string;
  env: { name: string; value: string }[];
  resources: { limits: Record<string, string> };
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}

const pod = parse(text('plugin/install/kustomize/repo-server.yaml')).spec.template.spec as {
  containers: Container[];
  volumes: { name: string }[];
};
const chart = parse(text('plugin/install/helm-values.yaml')).repoServer as { extraContainers: Container[]; volumes: { name: string }[] };
const operator = parse(text('plugin/install/argocd-operator.yaml')).spec.repo as {
  sidecarContainers: Container[];
  volumes: { name: string }[];
};
const [sidecar] = pod.containers as [Container];

describe('the install manifests', () => {
  it('add the same sidecar to a stock install, to the chart and to the operator', () => {
    expect(chart.extraContainers).toEqual(pod.containers);
    expect(chart.volumes).toEqual(pod.volumes);
    // On OpenShift the namespace decides who runs.
    const { runAsUser, ...securityContext } = sidecar.securityContext;
    expect(runAsUser).toBe(999);
    expect(operator.sidecarContainers).toEqual([{ ...sidecar, securityContext }]);
    expect(operator.volumes).toEqual(pod.volumes);
  });

  it('carry the version of the plugin in every name, so that two can stand side by side', () => {
    expect(sidecar.name).toBe(PLUGIN_NAME.replaceAll('.', '-'));
    expect(sidecar.image.split(':').at(-1)).toBe(PLUGIN_VERSION);
    const shared = ['var-files', 'plugins'];
    const own = sidecar.volumeMounts.map(({ name }) => name).filter((name) => !shared.includes(name));
    expect(own).toEqual([`${sidecar.name}-tmp`]);
    expect(pod.volumes.map(({ name }) => name)).toEqual(own);
  });

  it('give a check the memory that it may take, and the plugin server its own', () => {
    const limit = /^(\d+)Gi$/.exec(sidecar.resources.limits.memory!)!;
    const options: readonly Option[] = OPTIONS;
    const heap = Number(options.find(({ name }) => name === 'memory')!.fallback);
    expect(Number(limit[1]) * 1024).toBeGreaterThan(3 * heap);
  });

  it('say nothing in the environment but what the plugin knows', () => {
    const names = OPTIONS.filter(({ by }) => by !== 'parameters').map(
      ({ name }) => `CILIUM_ALIGN_${name.toUpperCase().replaceAll('-', '_')}`,
    );
    for (const { name } of sidecar.env) expect(names).toContain(name);
  });
});

describe('the image', () => {
  const containerfile = text('plugin/Containerfile');

  it('starts what the install puts where it mounts it, as the user that the install runs', () => {
    const [, entry] = /^ENTRYPOINT \["(.+)"\]$/m.exec(containerfile)!;
    const mounted = sidecar.volumeMounts.find(({ name }) => name === 'var-files')!.mountPath;
    expect(entry).toBe(`${mounted}/argocd-cmp-server`);
    expect(/^USER (\d+)$/m.exec(containerfile)![1]).toBe(String(sidecar.securityContext.runAsUser));
  });

  it('holds the program where plugin.yaml starts it', () => {
    const { generate, parameters } = parse(text('plugin/plugin.yaml')).spec;
    for (const [program, script] of [generate.command, parameters.dynamic.command]) {
      expect(program).toBe('node');
      expect(script).toBe('/plugin/index.js');
    }
    expect(containerfile).toMatch(/^COPY package\.json dist\/plugin\/ \/plugin\/$/m);
    expect(containerfile).toMatch(/^ENV PATH=\/nodejs\/bin$/m);
  });
});

describe('what is written for people to copy', () => {
  const examples = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));

  it.each(examples)('examples/%s names the plugin that is shipped, if it names it', (file) => {
    for (const document of parseAllDocuments(text(join('examples', file)))) {
      const spec = (document.toJS() as { spec?: { sources?: { plugin?: { name?: string } }[] } } | null)?.spec;
      for (const { plugin } of spec?.sources ?? []) if (plugin !== undefined) expect(plugin.name).toBe(PLUGIN_NAME);
    }
  });
});

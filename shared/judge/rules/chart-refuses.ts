import type { Fault, Rule } from '../rule.ts';

export const chartRefuses: Rule = {
  id: 'chart-refuses',
  level: 'error',
  title: 'The chart refuses the values',
  why: 'Helm fails on these values for this chart version: a rebuilt cluster gets no Cilium, or Argo CD can never sync it.',
  fix: 'Change the value that Helm names, on the side that is refused.',
  link: 'https://docs.cilium.io/en/stable/helm-reference/',
  judge({ bootstrap, argocd }) {
    const faults: Fault[] = [];
    for (const release of [bootstrap, argocd]) {
      if (!release) continue;
      const side = release.declaration.side === 'bootstrap' ? 'the bootstrap' : 'Argo CD';
      for (const refusal of release.refusals) {
        const needsApi = /monitoring\.coreos\.com|ServiceMonitor|GatewayClass/.test(refusal.message);
        faults.push({
          message: `Cilium's chart ${release.version} refuses the values of ${side}: ${refusal.message}`,
          places: [refusal.place, release.declaration.place],
          setting: refusal.path,
          fix: `Change \`${refusal.path}\`${'file' in refusal.place ? ` in ${refusal.place.file}:${refusal.place.line}` : ''} so that Helm accepts it.`,
          ...(needsApi ? { level: 'warning' as const } : {}),
        });
      }
      for (const problem of release.problems) {
        faults.push({ message: `Helm cannot read the values of ${side}: ${problem.message}`, places: [problem.place, release.declaration.place] });
      }
    }
    return faults;
  },
};

import type { Form } from '../../shared/model.ts';
import { argocdForms } from './argocd-forms.ts';
import { bootstrapForms } from './bootstrap-forms.ts';
import { decoys } from './decoys.ts';
import { fleet } from './fleet.ts';
import { type ClusterPlan, type Files, randomClusters, randomFleet } from './plan.ts';
import { Random } from './random.ts';
import { talosForms } from './talos-forms.ts';

/** A cluster as it was written: its forms by their names here, and the lines that a true report amounts to. */
export interface Meant {
  plan: ClusterPlan;
  forms: string[];
  lines: string[];
}

/** A repository of clusters that have nothing to do with one another: the same one for the same seed. */
export function write(seed: number): { files: Files; meant: Meant[] } {
  const random = new Random(seed);
  const files: Files = { 'README.md': '# platform\n' };
  const meant = randomClusters(random).map((plan): Meant => {
    const forms = [bootstrapForms, argocdForms, talosForms].map((of) => random.pick(Object.keys(of)));
    const bootstrap = bootstrapForms[forms[0]!]!(plan, random);
    const argocd = argocdForms[forms[1]!]!(plan, random);
    Object.assign(files, bootstrap.files, argocd.files, talosForms[forms[2]!]!(plan, bootstrap.manifests ?? []));
    return { plan, forms, lines: linesOf(plan, bootstrap.form, argocd.form) };
  });
  const names = random.some(Object.keys(decoys), random.chance(0.5) ? 0 : random.between(1, 3));
  for (const name of names) Object.assign(files, decoys[name]);
  return { files, meant };
}

/** A repository of one fleet. */
export function writeFleet(seed: number): { files: Files; meant: Meant[] } {
  const plans = randomFleet(new Random(seed));
  return {
    files: fleet(plans),
    meant: plans.map((plan) => ({ plan, forms: ['fleet'], lines: linesOf(plan, 'helm-command', 'applicationset') })),
  };
}

function linesOf(plan: ClusterPlan, bootstrap: Form, argocd: Form): string[] {
  return [
    plan.directories.argocd,
    `${bootstrap} ${plan.bootstrapVersion} from its own directories, ${argocd} ${plan.argocdVersion}`,
    'cni none, kube-proxy disabled, pods 10.244.0.0/16',
    ...plan.values.differs.map((setting) => `${setting} drifted`),
    ...plan.values.agrees.map((setting) => `${setting} agrees`),
  ];
}

import type { Form } from '../../shared/model.ts';
import type { Random } from './random.ts';
import { type Pair, randomPair } from './values.ts';

/** One cluster as it is meant: what the repository is written from, and what the report is held to. */
export interface ClusterPlan {
  name: string;
  /** Where its files stand; '' is the repository's root. */
  directories: { talos: string; bootstrap: string; argocd: string };
  bootstrapVersion: string;
  argocdVersion: string;
  values: Pair;
}

/** Text by path. */
export type Files = Record<string, string>;

/** What a bootstrap form leaves behind. */
export interface Bootstrap {
  form: Form;
  files: Files;
  /** Manifests that the Talos machine configuration is to carry. */
  manifests?: { name: string; contents: string }[];
}

/** The repository that every Application names as its own. */
export const REPOSITORY = 'https://git.example.org/acme/platform.git';

const VERSIONS = ['1.16.3', '1.17.5', '1.18.2', '1.19.1'] as const;
const NAMES = ['home', 'lab', 'edge', 'prod-eu', 'dc2'] as const;

/** How directories are laid out: by cluster, by concern, or by concern with a cluster's name in front. */
const LAYOUTS = [
  (name: string) => ({ talos: `clusters/${name}/talos`, bootstrap: `clusters/${name}/bootstrap`, argocd: `clusters/${name}/argocd` }),
  (name: string) => ({ talos: `talos/${name}`, bootstrap: `bootstrap/${name}`, argocd: `argocd/${name}` }),
  (name: string) => ({
    talos: `infrastructure/talos/${name}`,
    bootstrap: `infrastructure/bootstrap/${name}`,
    argocd: `kubernetes/${name}/apps`,
  }),
];
/** Where the files of a fleet's cluster stand, whose Applications come from one set for all. */
const IN_FLEET = (name: string) => ({
  talos: `clusters/${name}/talos`,
  bootstrap: `clusters/${name}/bootstrap`,
  argocd: `clusters/${name}`,
});
const FLAT = { talos: 'talos', bootstrap: 'bootstrap', argocd: 'argocd' };

/** Clusters that have nothing to do with one another in one repository. */
export function randomClusters(random: Random): ClusterPlan[] {
  const names = random.some(NAMES, random.chance(0.6) ? 1 : random.between(2, 4));
  const layout = random.pick(LAYOUTS);
  const flat = names.length === 1 && random.chance(0.6);
  return names.map((name) => {
    const argocdVersion = random.pick(VERSIONS);
    return {
      name,
      directories: flat ? FLAT : layout(name),
      argocdVersion,
      bootstrapVersion: random.chance(0.8) ? argocdVersion : random.pick(VERSIONS),
      values: randomPair(random),
    };
  });
}

/** Clusters of one fleet: one chart version on Argo CD's side. */
export function randomFleet(random: Random): ClusterPlan[] {
  const argocdVersion = random.pick(VERSIONS);
  return random.some(NAMES, random.between(2, NAMES.length)).map((name) => ({
    name,
    directories: IN_FLEET(name),
    argocdVersion,
    bootstrapVersion: random.chance(0.8) ? argocdVersion : random.pick(VERSIONS),
    values: randomPair(random),
  }));
}

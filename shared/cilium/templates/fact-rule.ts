import type { Tree } from '../../model.ts';
import type { ChartValues } from '../chart-values.ts';

/** What a template asks before it writes or refuses something. May throw what {@link ChartValues} throws. */
export type Condition = (values: ChartValues) => boolean;

/** One fact of the rendered chart and how its template works it out. The rules of one template are a list in the file of that template's name. */
export interface FactRule {
  /** `config.mtu`, `env.cilium.cilium-agent.KUBERNETES_SERVICE_HOST`, `present.DaemonSet/cilium-envoy` … as in model.ts (`Facts`). */
  fact: string;
  /** The Helm path that a person would edit to change it; its place is the fact's place. Several where the first that is set speaks. */
  path: string | readonly string[];
  /** The text as Helm renders it; undefined where the template leaves it out. May throw what {@link ChartValues} throws. */
  value(values: ChartValues): string | undefined;
}

/** One condition on which the chart itself refuses to render. */
export interface Refusal {
  /** The Helm path at fault. */
  path: string;
  /** What Helm prints, shortened to its last sentence. */
  message: string;
  /** Set where a cluster that serves this API would not be refused. */
  api?: string;
}

/** A check of the chart's own (validate.yaml, `fail`, `required`). */
export interface RefusalRule {
  path: string;
  /** Set where a cluster that serves this API would not be refused. */
  api?: string;
  /** Helm's words where the chart refuses; undefined where it does not. May throw what {@link ChartValues} throws. */
  refuses(values: ChartValues): string | undefined;
}

/** Facts whose names the values themselves decide (`extraConfig`, `extraEnv`); they win over rules of the same name. */
export interface FactFamily {
  /** The map or list that holds them; one who writes it decides the facts. */
  path: string;
  /** Name, text and writing node of each. May throw what {@link ChartValues} throws: none of its names is known then. */
  facts(values: ChartValues): Iterable<FamilyFact>;
}

/** One fact of a {@link FactFamily}: its node decides its place; without a node it is derived. */
export interface FamilyFact {
  fact: string;
  value: string;
  node?: Tree;
}

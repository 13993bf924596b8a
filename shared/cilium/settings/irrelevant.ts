import type { Facts } from '../../model.ts';
import type { Setting } from '../setting.ts';

/** Why a difference means nothing, worked out from what both sides render. */
export type Irrelevant = NonNullable<Setting['irrelevant']>;

/** The text of a fact; undefined where it cannot be known. `false` and absent are the same. */
function known(facts: Facts, name: string): string | undefined {
  const fact = facts.get(name);
  if (fact?.opaque) return undefined;
  return fact === undefined || fact.value === 'false' ? '' : fact.value || 'rendered';
}

/** The difference follows from another setting that differs itself and is read from this fact. */
export function follows(setting: string, fact: string): Irrelevant {
  return (bootstrap, argocd) => {
    const [left, right] = [known(bootstrap, fact), known(argocd, fact)];
    return left === undefined || right === undefined || left === right ? undefined : `it follows from ${setting}, which differs itself`;
  };
}

/** It only says how something is done that neither side does. */
export function unused(setting: string, fact: string): Irrelevant {
  return (bootstrap, argocd) =>
    known(bootstrap, fact) === '' && known(argocd, fact) === '' ? `${setting} is off on both sides` : undefined;
}

/** The first of several reasons that applies. */
export function either(...reasons: Irrelevant[]): Irrelevant {
  return (bootstrap, argocd) => {
    for (const reason of reasons) {
      const why = reason(bootstrap, argocd);
      if (why !== undefined) return why;
    }
    return undefined;
  };
}

const replacesKubeProxy = (facts: Facts) => /^(true|strict)$/.test(known(facts, 'config.kube-proxy-replacement') ?? '');

/** With kubeProxyReplacement on, the agent turns this on whatever the value says. */
export const underKubeProxyReplacement: Irrelevant = (bootstrap, argocd) =>
  replacesKubeProxy(bootstrap) && replacesKubeProxy(argocd)
    ? 'kubeProxyReplacement is on, which turns this on whatever the value says'
    : undefined;

/** Nothing is tunnelled under native routing, unless DSR dispatches by Geneve. */
export const underNativeRouting: Irrelevant = (bootstrap, argocd) => {
  if (dispatchesByGeneve(bootstrap) || dispatchesByGeneve(argocd)) return undefined;
  const [left, right] = [routingMode(bootstrap), routingMode(argocd)];
  if (left === undefined || right === undefined) return undefined;
  if (left === 'native' && right === 'native') return 'routingMode is native on both sides: nothing is tunnelled';
  return left === right ? undefined : 'it follows from routingMode, which differs itself: nothing is tunnelled under native routing';
};

const routingMode = (facts: Facts): string | undefined => {
  const mode = known(facts, 'config.routing-mode');
  return mode === '' ? 'tunnel' : mode;
};

const dispatchesByGeneve = (facts: Facts): boolean =>
  known(facts, 'config.bpf-lb-dsr-dispatch') !== '' &&
  known(facts, 'config.bpf-lb-dsr-dispatch') !== 'opt' &&
  known(facts, 'config.bpf-lb-mode') !== 'snat';

/** A privileged container has every capability, whatever the list says. */
export const privileged: Irrelevant = (bootstrap, argocd) => {
  const [left, right] = [known(bootstrap, 'privileged.cilium.cilium-agent'), known(argocd, 'privileged.cilium.cilium-agent')];
  if (left === 'true' && right === 'true') return 'securityContext.privileged is on: the containers have every capability';
  return (left === 'true' && right === '') || (left === '' && right === 'true')
    ? 'it follows from securityContext.privileged, which differs itself'
    : undefined;
};

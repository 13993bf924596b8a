import { itemsAt, textAt } from '../../tree.ts';
import { application } from '../example.ts';
import { chartValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { hasSyncOption } from '../sync-options.ts';

const POINTER = '/spec/template/metadata/annotations';
const IGNORED = `syncPolicy:
  syncOptions:
    - RespectIgnoreDifferences=true
ignoreDifferences:
  - group: apps
    kind: DaemonSet
    jsonPointers:
      - ${POINTER}`;

export const checksumAnnotationIgnored: Rule = {
  id: 'checksum-annotation-ignored',
  level: 'note',
  title: 'rollOutCiliumPods does not roll the agents out',
  why: 'The chart makes the agents restart on a change by a checksum in an annotation of their pods. Ignored and respected, that annotation is never synced: cilium-config changes, and the agents go on with what they read when they started.',
  fix: 'Ignore the single annotations that something else writes, not all of them.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#respect-ignore-difference-configs',
  examples: {
    passing: { 'argocd/cilium.yaml': application('rollOutCiliumPods: true') },
    failing: { 'argocd/cilium.yaml': application('rollOutCiliumPods: true', { spec: IGNORED }) },
  },
  judge({ argocd }) {
    const policy = argocd?.declaration.application;
    if (!argocd || !policy || chartValue(argocd, 'rollOutCiliumPods') !== 'true') return [];
    if (hasSyncOption(policy, 'RespectIgnoreDifferences=true') !== true || policy.ignoreDifferences?.kind !== 'list') return [];
    const entry = policy.ignoreDifferences.items.find(
      (item) =>
        ['DaemonSet', '*'].includes(textAt(item, 'kind') ?? '') &&
        itemsAt(item, 'jsonPointers').some((pointer) => pointer.kind === 'scalar' && pointer.value === POINTER),
    );
    if (!entry) return [];
    return [
      {
        message: 'rollOutCiliumPods is on, but the annotation that rolls the agents out is ignored and never synced.',
        places: [entry.place],
        setting: 'rollOutCiliumPods',
      },
    ];
  },
};

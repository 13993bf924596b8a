import type { Setting } from '../setting.ts';
import { follows } from './irrelevant.ts';
import { page } from './link.ts';
import { config, onOff } from './read.ts';

/** Egress gateway. */
export const egressGateway: readonly Setting[] = [
  {
    path: 'egressGateway.enabled',
    title: 'Egress gateway',
    why: 'Traffic leaves by the gateway with its fixed address, or from every node with its own.',
    impact: 'behaviour',
    link: page('network/egress-gateway/egress-gateway/'),
    equality: 'boolean',
    migratable: true,
    ...onOff('enable-egress-gateway', 'enable-ipv4-egress-gateway'),
  },
  {
    path: 'egressGateway.maxPolicyEntries',
    title: 'Entries of egress policies',
    why: 'Policies above the number have no effect.',
    impact: 'behaviour',
    link: page('network/egress-gateway/egress-gateway/'),
    equality: 'number',
    migratable: true,
    irrelevant: follows('egressGateway.enabled', 'config.enable-egress-gateway'),
    ...config('egress-gateway-policy-map-max'),
  },
  {
    path: 'egressGateway.reconciliationTriggerInterval',
    title: 'Reconciliation of egress policies',
    why: 'Changes of policies take effect sooner or later.',
    impact: 'additive',
    link: page('network/egress-gateway/egress-gateway/'),
    equality: 'text',
    migratable: true,
    ...config('egress-gateway-reconciliation-trigger-interval'),
  },
];

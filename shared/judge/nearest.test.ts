import { describe, expect, it } from 'vitest';
import { settings } from '../cilium/settings/index.ts';
import { nearest } from './nearest.ts';
import { rules } from './rules/index.ts';

const names = [...rules.map(({ id }) => id), ...settings.map(({ path }) => path)];

describe('the name that was meant', () => {
  it.each([
    ['kubeproxyreplacement', 'kubeProxyReplacement'],
    ['two-owner', 'two-owners'],
    ['ipam.operator.clusterPoolIPv6PodCIDRLists', 'ipam.operator.clusterPoolIPv6PodCIDRList'],
    ['bgpControlPlane.enabeld', 'bgpControlPlane.enabled'],
  ])('of %s is %s', (written, meant) => expect(nearest(written, names)).toBe(meant));

  it.each([
    'authentication.mutual.spire.serverAddress',
    'operator.securityContext.capabilities.drop',
    'hubble.metrics.dashboards.enabled',
    'ingressController.service.type',
    'encryption.ipsec.interface',
    'foo',
    '',
  ])('of %s nobody knows', (written) => expect(nearest(written, names)).toBeUndefined());
});

import type { Mapping, Tree } from '../../model.ts';
import { isMap } from '../../tree.ts';
import { type ChartValues, isTruthy, TemplateError } from '../chart-values.ts';
import {
  before,
  chart,
  duration,
  either,
  every,
  fixed,
  inside,
  isEqual,
  isNull,
  isSince,
  joined,
  joinItems,
  key,
  plain,
  rawJson,
  set,
  since,
  some,
  sortedEntries,
  textOf,
  when,
  whenKey,
  whenPresent,
  whenSet,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';
import { ipamMode, isDeployedSince } from './named-templates.ts';

/** Where pod addresses come from. */
export const ipamKeys: readonly FactRule[] = [
  key('ipam', ['ipam.mode', 'eni.enabled', 'aksbyocni.enabled'], ipam),
  ...inside(every(chart('1.19.0'), set('ipam.nodeSpec')), [
    key('ipam-min-allocate', 'ipam.nodeSpec.ipamMinAllocate', whenPresent()),
    key('ipam-pre-allocate', 'ipam.nodeSpec.ipamPreAllocate', whenPresent()),
    key('ipam-max-allocate', 'ipam.nodeSpec.ipamMaxAllocate', whenPresent()),
    key('ipam-static-ip-tags', 'ipam.nodeSpec.ipamStaticIPTags', whenSet(joined(','))),
  ]),
  key('ipam-multi-pool-pre-allocation', 'ipam.multiPoolPreAllocation', since('1.17.2', whenSet(), since('1.17.0', whenKey(plain)))),
  key('ipam-cilium-node-update-rate', 'ipam.ciliumNodeUpdateRate', whenSet(duration)),
  ...inside(isClusterPool, [
    ...inside(set('ipv4.enabled'), [
      key('cluster-pool-ipv4-cidr', 'ipam.operator.clusterPoolIPv4PodCIDRList', joined(' ')),
      key('cluster-pool-ipv4-mask-size', 'ipam.operator.clusterPoolIPv4MaskSize'),
    ]),
    ...inside(set('ipv6.enabled'), [
      key('cluster-pool-ipv6-cidr', 'ipam.operator.clusterPoolIPv6PodCIDRList', joined(' ')),
      key('cluster-pool-ipv6-mask-size', 'ipam.operator.clusterPoolIPv6MaskSize'),
    ]),
  ]),
  key(
    'auto-create-cilium-pod-ip-pools',
    'ipam.operator.autoCreateCiliumPodIPPools',
    when((values) => ipamMode(values) === 'multi-pool', podIPPools),
  ),
  key('limit-ipam-api-burst', 'ipam.operator.externalAPILimitBurstSize', whenSet()),
  key('limit-ipam-api-qps', 'ipam.operator.externalAPILimitQPS', whenSet()),
  key(
    'install-uplink-routes-for-delegated-ipam',
    'ipam.installUplinkRoutesForDelegatedIPAM',
    since('1.17.0', when(every(set('ipam'), set('ipam.installUplinkRoutesForDelegatedIPAM')))),
  ),
];

/** What only the clouds' IPAM modes read. */
export const cloudKeys: readonly FactRule[] = [
  key(
    'auto-create-cilium-node-resource',
    ['eni.enabled', 'azure.enabled', 'alibabacloud.enabled'],
    when(some(set('eni.enabled'), set('azure.enabled'), set('alibabacloud.enabled')), fixed('true')),
  ),
  ...inside(set('eni.enabled'), [
    key('update-ec2-adapter-limit-via-api', 'eni.updateEC2AdapterLimitViaAPI', before('1.18.0', whenSet(fixed('true')))),
    key('aws-release-excess-ips', 'eni.awsReleaseExcessIPs', whenSet(fixed('true'))),
    key('aws-enable-prefix-delegation', 'eni.awsEnablePrefixDelegation', whenSet(fixed('true'))),
    key('ec2-api-endpoint', 'eni.ec2APIEndpoint'),
    key('eni-tags', 'eni.eniTags', rawJson),
    key('subnet-ids-filter', 'eni.subnetIDsFilter', whenSet(joined(' '))),
    key('subnet-tags-filter', 'eni.subnetTagsFilter', whenSet(since('1.16.6', joined(','), joined(' ')))),
    key('instance-tags-filter', 'eni.instanceTagsFilter', whenSet(since('1.16.6', joined(','), joined(' ')))),
    ...inside(every(chart('1.19.0'), set('eni.nodeSpec')), [
      key('eni-first-interface-index', 'eni.nodeSpec.firstInterfaceIndex', whenPresent()),
      key('eni-subnet-ids', 'eni.nodeSpec.subnetIDs', whenSet(joined(','))),
      key('eni-subnet-tags', 'eni.nodeSpec.subnetTags', whenSet(joined(','))),
      key('eni-security-groups', 'eni.nodeSpec.securityGroups', whenSet(joined(','))),
      key('eni-security-group-tags', 'eni.nodeSpec.securityGroupTags', whenSet(joined(','))),
      key('eni-exclude-interface-tags', 'eni.nodeSpec.excludeInterfaceTags', whenSet(joined(','))),
      key('eni-use-primary-address', 'eni.nodeSpec.usePrimaryAddress', whenSet(fixed('true'))),
      key('eni-disable-prefix-delegation', 'eni.nodeSpec.disablePrefixDelegation', whenSet(fixed('true'))),
      key('eni-delete-on-termination', 'eni.nodeSpec.deleteOnTermination', whenPresent()),
    ]),
  ]),
  key('eni-gc-interval', 'eni.gcInterval', whenSet()),
  key('eni-gc-tags', 'eni.gcTags', whenSet(rawJson)),
  ...inside(set('azure.enabled'), [
    key('azure-user-assigned-identity-id', 'azure.userAssignedIdentityID', whenSet()),
    key(
      'azure-use-primary-address',
      'azure.usePrimaryAddress',
      either(
        whenSet(),
        when((values) => isDeployedSince(values, '1.12'), fixed('false')),
        fixed('true'),
      ),
    ),
  ]),
  ...inside(chart('1.19.0'), [
    key('azure-interface-name', 'azure.nodeSpec.azureInterfaceName', whenSet()),
    key('alibabacloud-vswitches', 'alibabacloud.nodeSpec.vSwitches', whenSet(joined(','))),
    key('alibabacloud-vswitch-tags', 'alibabacloud.nodeSpec.vSwitchTags', whenSet(joined(','))),
    key('alibabacloud-security-groups', 'alibabacloud.nodeSpec.securityGroups', whenSet(joined(','))),
    key('alibabacloud-security-group-tags', 'alibabacloud.nodeSpec.securityGroupTags', whenSet(joined(','))),
  ]),
];

function ipam(values: ChartValues, path: string): string | undefined {
  if (!isTruthy(values.node('aksbyocni.enabled'))) return ipamMode(values);
  if (!isSince(values, '1.19.0') || !isTruthy(values.node(path)) || isEqual(values, path, 'cluster-pool')) return 'cluster-pool';
  return isEqual(values, path, 'multi-pool') ? 'multi-pool' : undefined;
}

function isClusterPool(values: ChartValues): boolean {
  const mode = ipamMode(values);
  return mode === 'cluster-pool' || (mode === 'cluster-pool-v2beta' && !isSince(values, '1.15.0'));
}

/** `name=ipv4-cidrs:…;ipv4-mask-size:…`, pools in the order of their names. */
function podIPPools(values: ChartValues, path: string): string {
  const pools = values.node(path);
  if (isNull(pools)) return '';
  if (!isMap(pools)) throw new TemplateError(path, "range can't iterate over it");
  const spec = (pool: Tree): string => {
    if (!isMap(pool)) throw new TemplateError(path, 'wrong type for value; expected map[string]interface {}');
    const attributes: string[] = [];
    for (const family of ['ipv4', 'ipv6']) {
      const node = entry(pool, family);
      if (node === undefined) continue;
      if (!isMap(node)) throw new TemplateError(path, `nil pointer evaluating interface {}.cidrs`);
      const cidrs = entry(node, 'cidrs');
      attributes.push(`${family}-cidrs:${cidrs?.kind === 'list' ? joinItems(cidrs.items, ',') : textOf(cidrs)}`);
      attributes.push(`${family}-mask-size:${goString(entry(node, 'maskSize'))}`);
    }
    if (isSince(values, '1.20.0')) {
      for (const [name, attribute] of [
        ['allowFirstIP', 'allow-first-ip'],
        ['allowLastIP', 'allow-last-ip'],
      ] as const) {
        if (entry(pool, name) !== undefined) attributes.push(`${attribute}:${goString(entry(pool, name))}`);
      }
    }
    return attributes.join(';');
  };
  return sortedEntries(pools)
    .map(([name, pool]) => `${name}=${spec(pool)}`)
    .join(',');
}

function entry(node: Mapping, name: string): Tree | undefined {
  return node.entries.get(name) ?? node.unseen;
}

/** `toString`, which prints null where the other functions drop it. */
function goString(node: Tree | undefined): string {
  return isNull(node) ? '<nil>' : textOf(node);
}

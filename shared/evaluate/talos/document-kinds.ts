/** A kind of document of the machine configuration. */
export interface DocumentKind {
  /** The minor version of Talos 1 that brought it; 8 stands for "1.8 or earlier". */
  since: number;
  /** There may be several, told apart by `name`. */
  named: boolean;
  /** Refused on workers. */
  controlPlaneOnly: boolean;
}

/** By since, then `n` for named and `c` for control planes only: https://docs.siderolabs.com/talos/v1.14/reference/configuration/document-map */
const KINDS: Record<string, string> = {
  '8': 'EventSinkConfig ExtensionServiceConfig KubeSpanEndpointsConfig KubespanEndpointsConfig NetworkDefaultActionConfig SideroLinkConfig WatchdogTimerConfig',
  '8n': 'KmsgLogConfig NetworkRuleConfig TrustedRootsConfig VolumeConfig',
  '10n': 'EthernetConfig PCIDriverRebindConfig UserVolumeConfig',
  '11': 'ZswapConfig',
  '11n': 'ExistingVolumeConfig RawVolumeConfig SwapVolumeConfig',
  '12': 'HostnameConfig OOMConfig ResolverConfig TimeSyncConfig',
  '12n':
    'BondConfig BridgeConfig DHCPv4Config DHCPv6Config DummyLinkConfig HCloudVIPConfig Layer2VIPConfig LinkAliasConfig LinkConfig RegistryAuthConfig RegistryMirrorConfig RegistryTLSConfig StaticHostConfig VLANConfig WireguardConfig',
  '13': 'EnvironmentConfig ImageVerificationConfig KubeSpanConfig',
  '13n': 'BlackholeRouteConfig ExternalVolumeConfig RoutingRuleConfig TCPProbeConfig VRFConfig',
  '14': 'CRIBaseRuntimeSpecConfig DiscoveryIdentityConfig FilesystemScrubConfig FilesystemTrimConfig ImageCacheConfig KubeAPIServerCAConfig KubeClusterConfig KubeCredentialProviderConfig KubeNetworkConfig KubeNodeConfig KubePrismConfig KubeletConfig SecurityProfileConfig SysctlConfig SysfsConfig UdevRulesConfig UnattendedInstallConfig',
  '14n':
    'BGPInstanceConfig CRICustomizationConfig ContainerConfig DiscoveryServiceConfig EtcFileConfig HTTPProbeConfig KernelModuleConfig KubeExternalManifestConfig KubeInlineManifestConfig KubeStaticPodConfig LVMLogicalVolumeConfig LVMVolumeGroupConfig RAIDArrayConfig VethConfig',
  '14c':
    'KubeAPIServerConfig KubeAggregatorCAConfig KubeAuditPolicyConfig KubeAuthenticationConfig KubeControllerManagerConfig KubeCoreDNSConfig KubeEtcdEncryptionConfig KubeFlannelCNIConfig KubeProxyConfig KubeSchedulerConfig KubeServiceAccountConfig KubeTalosAPIAccessConfig',
  '14cn': 'KubeAdmissionControlConfig KubeAuthorizerConfig',
};

let kinds: ReadonlyMap<string, DocumentKind> | undefined;

/** The kind of that name; undefined where no Talos up to 1.15 knows it. */
export function documentKind(name: string): DocumentKind | undefined {
  kinds ??= new Map(
    Object.entries(KINDS).flatMap(([flags, names]) =>
      names
        .split(' ')
        .map(
          (kind) =>
            [kind, { since: Number.parseInt(flags, 10), named: flags.endsWith('n'), controlPlaneOnly: flags.includes('c') }] as const,
        ),
    ),
  );
  return kinds.get(name);
}

/** Documents that took over what `cluster` and `machine` said: their presence tells the shape of Talos 1.14. */
export const KUBERNETES_KINDS: ReadonlySet<string> = new Set([
  'KubeNetworkConfig',
  'KubeFlannelCNIConfig',
  'KubeProxyConfig',
  'KubePrismConfig',
  'KubeClusterConfig',
  'KubeNodeConfig',
  'KubeAPIServerConfig',
  'KubeControllerManagerConfig',
  'KubeSchedulerConfig',
  'KubeletConfig',
  'KubeCoreDNSConfig',
]);

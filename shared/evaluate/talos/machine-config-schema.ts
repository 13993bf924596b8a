/**
 * The fields of Talos's machine configuration: what a patch may say, and how it merges.
 * Read from the Go types of Talos 1.6 to 1.15 (pkg/machinery/config/types); a field that any of them knows is known here.
 */
export type FieldType =
  /** `plain`: zero never overrides; `pointer`: what is written wins; `scalar`: decoded from text by its own type. */
  | { kind: 'string' | 'integer' | 'boolean' | 'scalar'; pointer: boolean }
  /** A map without a type: merged key by key. `replace`: the later one as a whole. */
  | { kind: 'any'; replace: boolean }
  /** Command-line arguments: each key as a whole. */
  | { kind: 'arguments' }
  | { kind: 'list'; of: FieldType; replace: boolean; key?: string }
  | { kind: 'map'; of: FieldType }
  | { kind: 'struct'; name: string };

export interface Field {
  type: FieldType;
  /** The minor version of Talos 1 that brought it, where its document is older. */
  since?: number;
}

/**
 * One struct a line: `field:type`. s string, i integer, b boolean, x scalar with its own reader, B and I pointers to boolean and integer,
 * * anything, a arguments, [T] list, [T:key] list merged by that key, {T} map, = in front: replaced as a whole, @n behind: since 1.n.
 */
const STRUCTS: Record<string, string> = {
  Config: 'version:s debug:B persist:B machine:MachineConfig cluster:ClusterConfig',
  MachineConfig:
    'type:s token:s ca:CertificateAndKey acceptedCAs:[CertificateAndKey] certSANs:[s] controlPlane:MachineControlPlaneConfig kubelet:KubeletConfig pods:[*] network:NetworkConfig disks:[MachineDisk] install:InstallConfig files:[MachineFile] env:{s} time:TimeConfig sysctls:{s} sysfs:{s} registries:RegistriesConfig systemDiskEncryption:SystemDiskEncryptionConfig features:FeaturesConfig udev:UdevConfig logging:LoggingConfig kernel:KernelConfig seccompProfiles:[MachineSeccompProfile] nodeLabels:{s} nodeAnnotations:{s} nodeTaints:{s} baseRuntimeSpecOverrides:*',
  ClusterConfig:
    'id:s secret:s controlPlane:ControlPlaneConfig clusterName:s network:ClusterNetworkConfig token:s aescbcEncryptionSecret:s secretboxEncryptionSecret:s ca:CertificateAndKey acceptedCAs:[CertificateAndKey] aggregatorCA:CertificateAndKey serviceAccount:CertificateAndKey apiServer:APIServerConfig controllerManager:ControllerManagerConfig proxy:ProxyConfig scheduler:SchedulerConfig discovery:ClusterDiscoveryConfig etcd:EtcdConfig coreDNS:CoreDNS externalCloudProvider:ExternalCloudProviderConfig extraManifests:[s] extraManifestHeaders:{s} inlineManifests:[ClusterInlineManifest] adminKubeconfig:AdminKubeconfigConfig allowSchedulingOnMasters:B allowSchedulingOnControlPlanes:B',
  CertificateAndKey: 'crt:x key:x',
  MachineControlPlaneConfig: 'controllerManager:DisabledConfig scheduler:DisabledConfig',
  DisabledConfig: 'disabled:B',
  KubeletConfig:
    'image:s clusterDNS:[s] extraArgs:a extraMounts:[ExtraMount] extraConfig:* credentialProviderConfig:* defaultRuntimeSeccompProfileEnabled:B registerWithFQDN:B nodeIP:KubeletNodeIPConfig skipNodeRegistration:B disableManifestsDirectory:B',
  NetworkConfig:
    'hostname:s interfaces:[Device:interface] nameservers:[s] searchDomains:[s] extraHostEntries:[ExtraHost] kubespan:NetworkKubeSpan disableSearchDomain:B',
  MachineDisk: 'device:s partitions:[DiskPartition]',
  InstallConfig:
    'disk:s diskSelector:InstallDiskSelector extraKernelArgs:[s] image:s extensions:[InstallExtensionConfig] bootloader:B wipe:B legacyBIOSSupport:B grubUseUKICmdline:B',
  MachineFile: 'content:s permissions:x path:s op:s',
  TimeConfig: 'disabled:B servers:[s] bootTimeout:x',
  RegistriesConfig: 'mirrors:{RegistryMirrorConfig} config:{RegistryConfig}',
  SystemDiskEncryptionConfig: 'state:EncryptionConfig ephemeral:EncryptionConfig',
  FeaturesConfig:
    'rbac:B stableHostname:B kubernetesTalosAPIAccess:KubernetesTalosAPIAccessConfig apidCheckExtKeyUsage:B diskQuotaSupport:B kubePrism:KubePrism hostDNS:HostDNSConfig imageCache:ImageCacheConfig nodeAddressSortAlgorithm:s',
  UdevConfig: 'rules:[s]',
  LoggingConfig: 'destinations:[LoggingDestination]',
  KernelConfig: 'modules:[KernelModuleConfig]',
  MachineSeccompProfile: 'name:s value:*',
  ControlPlaneConfig: 'endpoint:x localAPIServerPort:i',
  ClusterNetworkConfig: 'cni:CNIConfig dnsDomain:s podSubnets:=[s] serviceSubnets:=[s]',
  APIServerConfig:
    'image:s extraArgs:a extraVolumes:[VolumeMountConfig] env:{s} certSANs:[s] disablePodSecurityPolicy:B admissionControl:[AdmissionPluginConfig:name] auditPolicy:=* resources:ResourcesConfig authorizationConfig:[AuthorizerConfig]',
  ControllerManagerConfig: 'image:s extraArgs:a extraVolumes:[VolumeMountConfig] env:{s} resources:ResourcesConfig',
  ProxyConfig: 'disabled:B image:s mode:s extraArgs:a',
  SchedulerConfig: 'image:s extraArgs:a extraVolumes:[VolumeMountConfig] env:{s} resources:ResourcesConfig config:*',
  ClusterDiscoveryConfig: 'enabled:B registries:DiscoveryRegistriesConfig',
  EtcdConfig: 'image:s ca:CertificateAndKey extraArgs:a subnet:s advertisedSubnets:[s] listenSubnets:[s]',
  CoreDNS: 'disabled:B image:s',
  ExternalCloudProviderConfig: 'enabled:B manifests:[s]',
  ClusterInlineManifest: 'name:s contents:s',
  AdminKubeconfigConfig: 'certLifetime:x',
  ExtraMount: 'destination:s type:s source:s options:[s] uidMappings:[LinuxIDMapping] gidMappings:[LinuxIDMapping]',
  KubeletNodeIPConfig: 'validSubnets:[s]',
  Device:
    'interface:s deviceSelector:NetworkDeviceSelector addresses:[s] cidr:s routes:[Route] bond:Bond bridge:Bridge bridgePort:BridgePort vlans:[Vlan:vlanId] mtu:i dhcp:B ignore:B dummy:B dhcpOptions:DHCPOptions wireguard:DeviceWireguardConfig vip:DeviceVIPConfig',
  ExtraHost: 'ip:s aliases:[s]',
  NetworkKubeSpan: 'enabled:B advertiseKubernetesNetworks:B allowDownPeerBypass:B harvestExtraEndpoints:B mtu:I filters:KubeSpanFilters',
  DiskPartition: 'size:x mountpoint:s',
  InstallDiskSelector: 'size:x name:s model:s serial:s modalias:s uuid:s wwid:s type:x busPath:s',
  InstallExtensionConfig: 'image:s',
  RegistryMirrorConfig: 'endpoints:[s] overridePath:B skipFallback:B',
  RegistryConfig: 'tls:RegistryTLSConfig auth:RegistryAuthConfig',
  RegistryTLSConfig: 'clientIdentity:CertificateAndKey ca:x insecureSkipVerify:B',
  RegistryAuthConfig: 'username:s password:s auth:s identityToken:s',
  EncryptionConfig: 'provider:s keys:[EncryptionKey] cipher:s keySize:i blockSize:i options:[s]',
  EncryptionKey: 'static:EncryptionKeyStatic nodeID:* kms:EncryptionKeyKMS slot:i tpm:* lockToState:B',
  EncryptionKeyStatic: 'passphrase:s',
  EncryptionKeyKMS: 'endpoint:s',
  KubernetesTalosAPIAccessConfig: 'enabled:B allowedRoles:[s] allowedKubernetesNamespaces:[s]',
  KubePrism: 'enabled:B port:i',
  HostDNSConfig: 'enabled:B forwardKubeDNSToHost:B resolveMemberNames:B',
  ImageCacheConfig: 'localEnabled:B',
  LoggingDestination: 'endpoint:x format:s extraTags:{s}',
  KernelModuleConfig: 'name:s parameters:[s]',
  CNIConfig: 'name:s urls:[s] flannel:FlannelCNIConfig',
  FlannelCNIConfig: 'extraArgs:[s] kubeNetworkPoliciesEnabled:B',
  VolumeMountConfig: 'hostPath:s mountPath:s readonly:b',
  AdmissionPluginConfig: 'name:s configuration:*',
  AuthorizerConfig: 'type:s name:s webhook:*',
  ResourcesConfig: 'requests:* limits:*',
  DiscoveryRegistriesConfig: 'kubernetes:DisabledConfig service:RegistryServiceConfig',
  RegistryServiceConfig: 'disabled:B endpoint:s',
  LinuxIDMapping: 'containerID:i hostID:i size:i',
  NetworkDeviceSelector: 'busPath:s hardwareAddr:s permanentAddr:s pciID:s driver:s physical:B',
  Route: 'network:s gateway:s source:s metric:i mtu:i',
  Bond: 'interfaces:[s] deviceSelectors:[NetworkDeviceSelector] arpIPTarget:[s] mode:s xmitHashPolicy:s lacpRate:s adActorSystem:s arpValidate:s arpAllTargets:s primary:s primaryReselect:s failOverMac:s adSelect:s miimon:i updelay:i downdelay:i arpInterval:i resendIgmp:i minLinks:i lpInterval:i packetsPerSlave:i numPeerNotif:i tlbDynamicLb:i allSlavesActive:i useCarrier:B adActorSysPrio:i adUserPortKey:i peerNotifyDelay:i',
  Bridge: 'interfaces:[s] stp:STP vlan:BridgeVLAN',
  STP: 'enabled:B',
  BridgeVLAN: 'vlanFiltering:B',
  BridgePort: 'master:s',
  Vlan: 'addresses:[s] cidr:s routes:[Route] dhcp:B vlanId:i mtu:i vip:DeviceVIPConfig dhcpOptions:DHCPOptions',
  DHCPOptions: 'routeMetric:i ipv4:B ipv6:B duidv6:s',
  DeviceWireguardConfig: 'privateKey:s listenPort:i firewallMark:i peers:[DeviceWireguardPeer]',
  DeviceWireguardPeer: 'publicKey:s endpoint:s persistentKeepaliveInterval:x allowedIPs:[s]',
  DeviceVIPConfig: 'ip:s equinixMetal:APIToken hcloud:APIToken',
  APIToken: 'apiToken:s',
  KubeSpanFilters: 'endpoints:[s] excludeAdvertisedNetworks:[s]',
  NameserverConfig: 'address:x protocol:x tlsServerName:s',
  SearchDomainsConfig: 'domains:[s] disableDefault:B',
};

/** The documents that speak of what is compared here, in the same form; all others are merged as untyped data. */
const DOCUMENTS: Record<string, string> = {
  KubeNetworkConfig: 'dnsDomain:s podSubnets:=[s] serviceSubnets:=[s] nodeCIDRMaskSizeIPv4:i nodeCIDRMaskSizeIPv6:i',
  KubeFlannelCNIConfig:
    'backendType:s backendPort:i backendMTU:i backendExtraConfig:* resources:ResourcesConfig extraArgs:[s] kubeNetworkPoliciesEnabled:B',
  KubeProxyConfig: 'enabled:B image:s mode:s config:* extraArgs:a resources:ResourcesConfig',
  KubePrismConfig: 'port:i tlsServerName:s',
  KubeInlineManifestConfig: 'name:s manifest:s',
  KubeExternalManifestConfig: 'name:s headers:{s} url:x',
  KubeClusterConfig: 'clusterName:s endpoint:x',
  KubeNodeConfig: 'skipNodeRegistration:B registerWithFQDN:B nodeIP:KubeletNodeIPConfig labels:{s} annotations:{s} taints:{s}',
  KubeCoreDNSConfig: 'enabled:B image:s',
  KubeTalosAPIAccessConfig: 'allowedRoles:[s] allowedKubernetesNamespaces:[s]',
  KubeSpanConfig: 'enabled:B advertiseKubernetesNetworks:B allowDownPeerBypass:B harvestExtraEndpoints:B mtu:I filters:KubeSpanFilters',
  ResolverConfig: 'nameservers:[NameserverConfig] searchDomains:SearchDomainsConfig hostDNS:HostDNSConfig@14',
  SysctlConfig: 'params:{s}',
};

type Fields = ReadonlyMap<string, Field>;

const parsed = new Map<string, Fields>();

/** The fields of a struct by name; undefined where it is not described here. */
export function fieldsOf(struct: string): Fields | undefined {
  return described(STRUCTS, struct, struct);
}

/** The fields of a document by its kind; undefined where it is not described here: such a document is merged as untyped data. */
export function fieldsOfDocument(kind: string): Fields | undefined {
  return described(DOCUMENTS, kind, `document ${kind}`);
}

function described(table: Record<string, string>, name: string, key: string): Fields | undefined {
  const known = parsed.get(key);
  if (known) return known;
  const text = Object.hasOwn(table, name) ? table[name] : undefined;
  if (text === undefined) return undefined;
  const fields = new Map<string, Field>();
  for (const entry of text.split(' ')) {
    const colon = entry.indexOf(':');
    const [type, since] = entry.slice(colon + 1).split('@') as [string, string | undefined];
    fields.set(entry.slice(0, colon), { type: typeOf(type), ...(since === undefined ? {} : { since: Number(since) }) });
  }
  parsed.set(key, fields);
  return fields;
}

function typeOf(text: string): FieldType {
  const replace = text[0] === '=';
  const body = replace ? text.slice(1) : text;
  switch (body) {
    case 's':
      return { kind: 'string', pointer: false };
    case 'i':
      return { kind: 'integer', pointer: false };
    case 'I':
      return { kind: 'integer', pointer: true };
    case 'b':
      return { kind: 'boolean', pointer: false };
    case 'B':
      return { kind: 'boolean', pointer: true };
    case 'x':
      return { kind: 'scalar', pointer: true };
    case '*':
      return { kind: 'any', replace };
    case 'a':
      return { kind: 'arguments' };
  }
  if (body[0] === '{') return { kind: 'map', of: typeOf(body.slice(1, -1)) };
  if (body[0] !== '[') return { kind: 'struct', name: body };
  const [of, key] = body.slice(1, -1).split(':') as [string, string | undefined];
  return { kind: 'list', of: typeOf(of), replace, ...(key === undefined ? {} : { key }) };
}

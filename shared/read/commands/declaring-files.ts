/** True for a file that helmfile reads by its name. */
export function isHelmfile(path: string): boolean {
  return /(?:^|\/)helmfile(?:[-.][\w-]+)*\.ya?ml(?:\.gotmpl)?$/.test(path) || /(?:^|\/)helmfile\.d\/[^/]+\.ya?ml(?:\.gotmpl)?$/.test(path);
}

const NAMED = /(?:^|\/)[^/]*bootstrap[^/]*\.ya?ml$/i;
const VALUES = /(?:^|[/._-])values(?:[._-]|\.ya?ml$)/i;

/** True for a name that says that a file holds values for the bootstrap. */
export function isBootstrapValues(path: string): boolean {
  return (
    NAMED.test(path) &&
    VALUES.test(path) &&
    (/cilium|cni/i.test(path) || !/(argo|flux|cert-?manager|coredns|external|vault|metallb|traefik)/i.test(path))
  );
}

import { type Application, known, type Source } from './application.ts';

/** The variables that Argo CD replaces in valueFiles, fileParameters and parameter values; one that is `undefined` exists but Git does not hold it. */
export type Environment = ReadonlyMap<string, string | undefined>;

/** https://argo-cd.readthedocs.io/en/stable/user-guide/build-environment/ */
export function environmentOf(application: Application, source: Source): Environment {
  const chart = known(source.chart);
  const revision = chart === undefined ? undefined : known(source.targetRevision);
  return new Map([
    ['ARGOCD_APP_NAME', instanceName(application)],
    ['ARGOCD_APP_NAMESPACE', application.destination.namespace === undefined ? '' : known(application.destination.namespace)],
    ['ARGOCD_APP_PROJECT_NAME', known(application.project)],
    ['ARGOCD_APP_REVISION', revision],
    ['ARGOCD_APP_REVISION_SHORT', revision?.slice(0, 7)],
    ['ARGOCD_APP_REVISION_SHORT_8', revision?.slice(0, 8)],
    ['ARGOCD_APP_SOURCE_REPO_URL', known(source.repoURL)],
    ['ARGOCD_APP_SOURCE_PATH', source.path === undefined ? '' : known(source.path)],
    ['ARGOCD_APP_SOURCE_TARGET_REVISION', source.targetRevision === undefined ? '' : known(source.targetRevision)],
  ]);
}

/** The Application's name, with its namespace in front where that is not Argo CD's own. */
export function instanceName(application: Application): string | undefined {
  const name = known(application.name);
  const namespace = application.namespace === undefined ? undefined : known(application.namespace);
  return name === undefined || namespace === undefined || /argo/i.test(namespace) ? name : `${namespace}_${name}`;
}

/** Go's os.Expand as Argo CD calls it: `$$` is a dollar, what is not known is empty; undefined where a variable's value is not in Git. */
export function expand(text: string, environment: Environment): string | undefined {
  let unknown = false;
  const expanded = text.replace(/\$(?:\$|\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*)|[*#@!?\-0-9])/g, (match, braced?: string, plain?: string) => {
    if (match === '$$' || braced === '$') return '$';
    const name = braced ?? plain;
    if (name === undefined || !environment.has(name)) return '';
    const value = environment.get(name);
    if (value === undefined) unknown = true;
    return value ?? '';
  });
  return unknown ? undefined : expanded;
}

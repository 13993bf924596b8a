import { type PluginRequest, texts } from './built-plugin.ts';
import { edited, example, twoClusters, valuesFile, without } from './repositories.ts';

/** Something that blocks. The first two texts are a row of the table in docs/plugin.md. */
export interface FailClosedRow {
  /** What happened, as the documentation says it. */
  what: string;
  /** How the first line begins after `cilium-align blocks: `; `…` stands for what depends on the case. */
  says: string;
  request: PluginRequest;
  /** A fault of the thread that judges. */
  fault?: string;
}

const values = 'cilium/values.yaml';
const talos = 'talos/patches/cilium.yaml';
const shape1 = { path: 'cilium' } as const;

/** Everything that blocks, each with its own message. */
export const failClosedRows: readonly FailClosedRow[] = [
  {
    what: 'The two sides disagree',
    says: '… disruptive difference… between the bootstrap and Argo CD.',
    request: { ...shape1, files: edited(valuesFile(), values, 'mode: kubernetes', 'mode: cluster-pool') },
  },
  {
    what: 'A setting that could be an error cannot be known: a template, an encrypted value, a variable',
    says: 'Undecided: … cannot be known from Git.',
    request: { ...shape1, files: edited(valuesFile(), values, 'mode: kubernetes', 'mode: ENC[AES256_GCM,data:eA==,type:str]') },
  },
  {
    what: 'The bootstrap pins no chart version',
    says: 'Undecided: the chart version of the bootstrap cannot be known from Git.',
    request: {
      ...shape1,
      files: edited(edited(valuesFile(), talos, /\n.*--version=1\.18\.2/, ''), talos, 'cilium-cli:v0.18.7', 'cilium-cli:latest'),
    },
  },
  {
    what: "Argo CD's values file is not there",
    says: '1 error, and … cannot be known from Git.',
    request: { ...shape1, files: { ...without(valuesFile(), 'cilium/'), 'cilium/README.md': 'Values went elsewhere.\n' } },
  },
  {
    what: 'A values file is no valid YAML',
    says: '1 error, and … cannot be known from Git.',
    request: { ...shape1, files: edited(valuesFile(), values, 'ipam:', 'ipam: [') },
  },
  {
    what: 'A file that may speak for the cluster cannot be read, or not to its end',
    says: '… cannot be read: …',
    request: {
      ...shape1,
      files: { ...valuesFile(), 'talos/patches/more.yaml': 'cluster:\n  proxy: {disabled: [\n  inlineManifests: cilium\n' },
    },
  },
  {
    what: 'A patch of the Talos machine configuration is not in the repository',
    says: 'What Talos says of … cannot be known: …',
    request: {
      path: 'argocd',
      files: edited(
        without(example('omni-handoff'), 'omni/patches/no-default-cni.yaml'),
        'omni/patches/cilium.yaml',
        /(\n *- )--set\n *- gatewayAPI/,
        '$1--set$1bgpControlPlane.enabled=true$&',
      ),
    },
  },
  {
    what: 'A file that may speak for the cluster is no text, or larger than 16 MiB',
    says: '… is not text (it holds NUL bytes)',
    request: { ...shape1, files: { ...valuesFile(), 'talos/patches/more.yaml': 'cluster: cilium\0' } },
  },
  {
    what: 'No bootstrap is in the repository',
    says: 'Nothing to compare: no bootstrap side was found.',
    request: { ...shape1, files: without(valuesFile(), 'talos/') },
  },
  {
    what: 'No Cilium of Argo CD is in the repository',
    says: 'Nothing to compare: no Argo CD side was found.',
    request: { path: 'talos', files: without(without(valuesFile(), 'argocd/'), 'cilium/') },
  },
  {
    what: 'No Cilium is in the repository at all',
    says: 'No Cilium was found in this repository, on neither side.',
    request: { files: { 'README.md': 'Nothing here.\n' } },
  },
  {
    what: 'The repo-server keeps all files back (`--plugin-tar-exclude`)',
    says: 'The repository that Argo CD handed over holds no files.',
    request: { files: {} },
  },
  {
    what: 'Values come from another repository than the gate',
    says: 'What Argo CD applies comes from …, and the gate is given ….',
    request: {
      ...shape1,
      files: edited(
        valuesFile(),
        'argocd/cilium.yaml',
        /ref: values[\s\S]*?name: cilium-align-v[\d.]+/,
        `ref: values
    - repoURL: https://git.example/gate.git
      targetRevision: main
      path: cilium
      plugin:
        name: cilium-align-v1.0`,
      ),
    },
  },
  {
    what: 'Values are read at another revision than the gate',
    says: 'What Argo CD applies is read at …, and the gate is given ….',
    request: {
      ...shape1,
      files: edited(
        valuesFile(),
        'argocd/cilium.yaml',
        /targetRevision: main\n\s+ref: values[\s\S]*?name: cilium-align-v[\d.]+/,
        `targetRevision: v7
      ref: values
    - repoURL: https://git.example/homelab.git
      targetRevision: main
      path: cilium
      plugin:
        name: cilium-align-v1.0`,
      ),
    },
  },
  {
    what: 'The repository holds several clusters, and nothing says which one it is',
    says: 'Which of … clusters the Application … deploys to is not clear; there is ….',
    request: { path: 'clusters', application: 'network', files: twoClusters() },
  },
  {
    what: 'The repository holds several bootstraps, and nothing says to which one the Application belongs',
    says: 'Which of … clusters the Application … deploys to, nothing says; there is ….',
    request: {
      path: 'clusters',
      application: 'network',
      files: without(without(twoClusters(), 'clusters/lab/argocd'), 'clusters/prod/argocd'),
      parameters: texts({ 'chart-version': '1.18.2' }),
    },
  },
  {
    what: '`cluster` names none of them',
    says: 'No cluster of this repository is named …; …',
    request: { path: 'clusters', application: 'network', files: twoClusters(), parameters: texts({ cluster: 'prd' }) },
  },
  {
    what: '`cluster` names another one than the Application in Git deploys to',
    says: 'It is told to judge …, but in this repository the Application … deploys to ….',
    request: {
      path: 'clusters/prod/cilium',
      application: 'cilium-prod',
      files: edited(twoClusters(), 'clusters/prod/argocd/cilium.yaml', 'name: cilium\n', 'name: cilium-prod\n'),
      parameters: texts({ cluster: 'lab' }),
    },
  },
  {
    what: 'Another Application deploys Cilium in this repository',
    says: 'This repository deploys Cilium by the Application …, and not by ….',
    request: { path: 'talos', application: 'network', files: valuesFile() },
  },
  {
    what: 'Two Applications deploy Cilium to the cluster, and this one is set aside',
    says: 'The Cilium of the Application … is not the one that is compared: …',
    request: {
      ...shape1,
      application: 'network',
      files: {
        ...valuesFile(),
        'docs/network.yaml': valuesFile()['argocd/cilium.yaml']!.replace('name: cilium\n', 'name: network\n'),
      },
    },
  },
  {
    what: 'Another bootstrap of the cluster is set aside, and does not agree',
    says: 'Two bootstraps may be the live one, … and only the first agrees with Argo CD.',
    request: {
      ...shape1,
      files: {
        ...edited(valuesFile(), values, 'mode: kubernetes', 'mode: cluster-pool'),
        'talos/patches/a.yaml': valuesFile()[talos]!.replace('ipam.mode=kubernetes', 'ipam.mode=cluster-pool'),
      },
    },
  },
  {
    what: 'Another Application of this name is set aside, and does not agree',
    says: 'Two Applications are named …, and only the first agrees with the bootstrap.',
    request: {
      ...shape1,
      files: {
        ...edited(valuesFile(), values, 'mode: kubernetes', 'mode: cluster-pool'),
        'argocd/a.yaml': valuesFile()['argocd/cilium.yaml']!.replace('$values/cilium', '$values/before'),
        'before/values.yaml': valuesFile()[values]!,
      },
    },
  },
  {
    what: 'The Application deploys Cilium twice',
    says: 'The Application … deploys Cilium twice, … and only the first agrees with the bootstrap.',
    request: {
      ...shape1,
      files: edited(
        valuesFile(),
        'argocd/cilium.yaml',
        '  syncPolicy:',
        '    - {repoURL: "https://helm.cilium.io", chart: cilium, targetRevision: 1.18.2, helm: {releaseName: cilium}}\n  syncPolicy:',
      ),
    },
  },
  {
    what: '`chart-version` speaks for an Application that is in the repository',
    says: 'The Application … is in this repository (…), and chart-version would stand in its place.',
    request: { ...shape1, files: valuesFile(), parameters: texts({ 'chart-version': '1.18.2' }) },
  },
  {
    what: 'A parameter has a name that there is none of',
    says: 'No parameter is named …; did you mean …?',
    request: { ...shape1, files: valuesFile(), parameters: texts({ 'fail-onn': 'note' }) },
  },
  {
    what: 'A parameter has a value that there is none of',
    says: 'The parameter … is …; …',
    request: { ...shape1, files: valuesFile(), parameters: texts({ mode: 'enforced' }) },
  },
  {
    what: 'A parameter has another type',
    says: 'The parameter … must be a string: …',
    request: { ...shape1, files: valuesFile(), parameters: [{ name: 'mode', array: ['warn'] }] },
  },
  {
    what: 'A parameter stands twice',
    says: 'The parameter … stands twice; leave one.',
    request: { ...shape1, files: valuesFile(), parameters: [...texts({ mode: 'warn' }), ...texts({ mode: 'enforce' })] },
  },
  {
    what: 'A parameter is one that only the sidecar decides',
    says: "The parameter … is not the Application's to decide: … in the sidecar decides it.",
    request: { ...shape1, files: valuesFile(), parameters: texts({ 'break-glass': 'let me' }) },
  },
  {
    what: 'A parameter says otherwise than the sidecar',
    says: 'The parameter … says …, but … in the sidecar says …; remove the parameter.',
    request: { ...shape1, files: valuesFile(), parameters: texts({ cluster: 'lab' }), env: { CILIUM_ALIGN_CLUSTER: 'prod' } },
  },
  {
    what: '`values` or `value-files` stands without `chart-version`',
    says: 'The parameters values and value-files need chart-version beside them: …',
    request: { ...shape1, files: valuesFile(), parameters: texts({ values: 'ipam: {}' }) },
  },
  {
    what: 'What Argo CD hands over as parameters is no list of them',
    says: 'ARGOCD_APP_PARAMETERS is no …',
    request: { ...shape1, files: valuesFile(), parameters: '{broken' },
  },
  {
    what: 'A variable of the sidecar has a value that there is none of',
    says: 'CILIUM_ALIGN_… is …; …',
    request: { ...shape1, files: valuesFile(), env: { CILIUM_ALIGN_MODE: 'wran' } },
  },
  {
    what: 'A variable of the sidecar has a name that there is none of',
    says: "The sidecar's environment sets …, which is nothing; did you mean …?",
    request: { ...shape1, files: valuesFile(), env: { CILIUM_ALIGN_MODUS: 'warn' } },
  },
  {
    what: 'Several settings are wrong at once',
    says: '… settings of this plugin are wrong.',
    request: { ...shape1, files: valuesFile(), parameters: texts({ mod: 'warn', 'fail-on': 'errors' }) },
  },
  {
    what: '`.cilium-align.yaml` is wrong',
    says: '.cilium-align.yaml cannot be used: … wrong with it.',
    request: { ...shape1, files: { ...valuesFile(), '.cilium-align.yaml': 'fail-onn: note\n' } },
  },
  {
    what: 'It is called `.cilium-align.yml`',
    says: '.cilium-align.yml is not read.',
    request: { ...shape1, files: { ...valuesFile(), '.cilium-align.yml': 'fail-on: note\n' } },
  },
  {
    what: '`config`, `bootstrap`, `argocd` or `value-files` names a path that is not there',
    says: 'Nothing is at …, which … names.',
    request: { ...shape1, files: valuesFile(), parameters: texts({ bootstrap: 'omni' }) },
  },
  {
    what: 'A file beside the gate changes its parameters (`.argocd-source.yaml`)',
    says: '… changes the parameters of this plugin from within the repository.',
    request: {
      ...shape1,
      files: { ...valuesFile(), 'cilium/.argocd-source.yaml': 'plugin:\n  parameters:\n    - name: cluster\n      string: lab\n' },
    },
  },
  {
    what: 'The entry has no path, or stands on a chart',
    says: 'Its source has no path: …',
    request: { path: null, files: valuesFile() },
  },
  {
    what: 'Argo CD hands over a part of the repository (`--plugin-use-manifest-generate-paths`)',
    says: 'Argo CD handed over a part of the repository only: …',
    request: { path: 'apps/cilium', sent: 'cilium', files: valuesFile() },
  },
  {
    what: 'Nothing says which Application it is',
    says: 'ARGOCD_APP_NAME is not set: only Argo CD can start this.',
    request: { ...shape1, files: valuesFile(), application: '' },
  },
  {
    what: 'The check is not done in time',
    says: 'The check was not done after … s and was given up.',
    request: { ...shape1, files: valuesFile(), env: { CILIUM_ALIGN_TIMEOUT: '0.01' } },
  },
  {
    what: 'The check hangs',
    says: 'The check was not done after … s and was given up.',
    request: { ...shape1, files: valuesFile(), env: { CILIUM_ALIGN_TIMEOUT: '0.5' } },
    fault: 'for(;;);',
  },
  {
    what: 'The check hangs in a pattern',
    says: 'The check was not done after … s and was given up.',
    request: { ...shape1, files: valuesFile(), env: { CILIUM_ALIGN_TIMEOUT: '0.5' } },
    fault: '/^(a+)+$/.test("a".repeat(64)+"b")',
  },
  {
    what: 'The check needs too much memory',
    says: 'The check needs more than … MiB of memory and was given up.',
    request: { ...shape1, files: valuesFile(), env: { CILIUM_ALIGN_MEMORY: '150' } },
    fault: 'const all=[];for(;;)all.push(new Array(1e4).fill(all.length))',
  },
  {
    what: 'The check needs too much memory at once',
    says: 'The check needs more than … MiB of memory and was given up.',
    request: { ...shape1, files: valuesFile(), env: { CILIUM_ALIGN_MEMORY: '120' } },
    fault: 'const all={};const grow=i=>{all["k"+i]=[i]};for(let i=0;;i++)grow(i)',
  },
  {
    what: 'A bug of cilium-align',
    says: 'This is a bug of cilium-align …: …',
    request: { ...shape1, files: valuesFile() },
    fault: 'null.rows',
  },
  {
    what: 'The thread that judges ends without a word',
    says: 'This is a bug of cilium-align …: …',
    request: { ...shape1, files: valuesFile() },
    fault: 'process.exit(7)',
  },
];

/** How the first line of a verdict goes that blocks with such words. */
export const blocksWith = (says: string) =>
  new RegExp(
    `^cilium-align blocks: ${says
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );

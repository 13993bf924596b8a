/**
 * The nouns of the program; nothing here runs. The words are those of docs/how-it-decides.md.
 */
/** A place in a file; line and column are 1-based, `file` is relative to the repository's root, or `name:/path` where there are two repositories. */
export interface FilePlace {
    file: string;
    line: number;
    column: number;
}
/** Who speaks where nobody wrote anything: `chart default 1.18.2`, `cilium install adds it`, `derived by the chart`. */
export interface SpokenPlace {
    source: string;
}
/** Where a value comes from. */
export type Place = FilePlace | SpokenPlace;
/** How a value came to be; `set` means that somebody wrote it. */
export type Origin = 'set' | 'installer' | 'default' | 'derived' | 'opaque' | 'absent';
/** A YAML value that remembers where it was written, or why it cannot be known. */
export type Tree = Scalar | List | Mapping | Opaque;
interface Written {
    place: Place;
    origin: 'set' | 'installer' | 'default';
}
/** A leaf. Numbers that came through YAML or JSON are float64 to Helm, those of `--set` are int64 (`integer: true`): they print differently. */
export interface Scalar extends Written {
    kind: 'scalar';
    value: string | number | boolean | null;
    integer?: true;
    /** Where the lines of a literal block stand, so that YAML inside this string keeps its place. */
    block?: {
        line: number;
        indent: number;
    };
}
export interface List extends Written {
    kind: 'list';
    items: Tree[];
}
/** A map. `unseen` says that keys which are not in `entries` may exist all the same, and why they cannot be seen. */
export interface Mapping extends Written {
    kind: 'map';
    entries: Map<string, Tree>;
    unseen?: Opaque;
    /** Keys that stand more than once: the last one counts, and stands here. */
    repeated?: {
        key: string;
        place: Place;
    }[];
    /** Where its keys stand, for a reader that asked for it. */
    keys?: Map<string, FilePlace>;
}
/** A value that exists but cannot be known here: template, variable, encrypted, remote, generated. Two opaques with the same `place` and `text` are the same value. */
export interface Opaque {
    kind: 'opaque';
    /** A phrase that completes "it cannot be known here: …". */
    reason: string;
    /** The text as written, already free of secrets. */
    text?: string;
    place: Place;
    /** Of a literal block with template marks in it: its text as written, for who can read the rest of it. */
    block?: SourceText;
    /** Of a file that is named in full and does not exist: its path as written. */
    missing?: string;
}
/** A piece of text and where it stands, so that what is parsed out of it keeps its place. */
export interface SourceText {
    file: string;
    text: string;
    /** File line of the text's first character. */
    line: number;
    /** File columns that stand before each line of the text (0 for a whole file). */
    indent: number;
    /** False where lines cannot be mapped (quoted or folded strings): everything is then placed at `line`:`column`. */
    exact: boolean;
    column?: number;
}
/** Who installs Cilium first, and who manages it from then on. */
export type Side = 'bootstrap' | 'argocd';
/** How a release is declared. */
export type Form = 'cilium-cli-job' | 'rendered-manifest' | 'manifest-url' | 'helmfile' | 'helm-command' | 'cilium-command' | 'kustomize-command' | 'terraform-helm' | 'values-file' | 'application' | 'applicationset' | 'kustomize-helm' | 'umbrella-chart' | 'rendered-path' | 'plugin';
/** One flag of `helm`/`cilium install`, or one `helm.parameters` entry of Argo CD, in the syntax of that flag: `a.b=c,d={x,y}`. */
export interface SetFlag {
    flag: 'set' | 'set-string' | 'set-json' | 'set-file' | 'set-literal';
    text: string;
    place: FilePlace;
    /** Set where the text holds something that cannot be known here (a variable of the shell, say); its keys are opaque. */
    opaque?: Opaque;
    /** Of `set-file`: the text of the file that it names (whoever reads the flag looks it up), or why that cannot be known. */
    file?: string | Opaque;
}
/** One source of values; later layers win. The chart's own defaults are not a layer here: the version decides them. */
export type Layer = ValuesLayer | SetLayer;
export interface ValuesLayer {
    kind: 'values-file' | 'inline-values' | 'patch' | 'implicit';
    place: Place;
    tree: Tree;
}
/** All `--set…` flags of one command; Helm applies them by kind, whatever their order on the command line. */
export interface SetLayer {
    kind: 'set';
    place: Place;
    flags: SetFlag[];
}
/** A thing that speaks for the cluster that a declaration belongs to; `strength` 3: it says so, 2: structure says so, 1: a guess from a path. */
export interface ClusterEvidence {
    name: string;
    why: string;
    strength: 1 | 2 | 3;
    /** It is Helm's `cluster.name`, which values that were copied from another cluster hold as well. */
    copied?: true;
}
/** One declared installation of the Cilium chart, before anything is worked out. */
export interface Declaration {
    side: Side;
    form: Form;
    /** The line that declares it (the Job, the command, the Application). */
    place: FilePlace;
    /** Every file that was read for it; the declaring one first. */
    files: string[];
    /** Release name; null where it cannot be known. */
    name: string | null;
    /** Namespace that Helm renders with; null where it cannot be known. */
    namespace: string | null;
    /** Exact version without a leading v; null where it cannot be known, `chartVersionWhy` then says why. */
    chartVersion: string | null;
    chartVersionWhy?: string;
    chartVersionPlace?: Place;
    /** Who calls Helm: decides implicit values and what is detected from a running cluster. */
    installer: 'helm' | 'cilium-cli-job' | 'cilium-cli-workstation' | 'argocd' | 'kustomize' | 'rendered';
    /** Version of cilium-cli, where its image or pin says it. */
    ciliumCliVersion?: string | null;
    /** Major version of Helm where known: nulls and several documents differ. */
    helm?: 3 | 4;
    /** The chart is a dependency of another one. `named`: what is given names it, or it lies deeper; Helm ≥ 4.2 then brings nested null defaults back. */
    umbrella?: {
        named: boolean;
    };
    skipSchemaValidation?: boolean;
    layers: Layer[];
    /** Of a manifest that somebody rendered: what it says, instead of layers. */
    facts?: Facts;
    /** What is applied after rendering and hides the facts with these prefixes (`config.`, `caps.cilium.`); the whole of it under ''. */
    hidden?: {
        prefix: string;
        opaque: Opaque;
    }[];
    /** The whole declaration cannot be worked out. */
    opaque?: Opaque;
    clusters: ClusterEvidence[];
    /** How much speaks for this being live: 5 a Talos machine configuration or a live Application leads to it, 4 a script or tool runs it, 3 a file says so, 2 only documentation, 1 commented out or orphaned. */
    rank: 1 | 2 | 3 | 4 | 5;
    rankWhy: string;
    /** What the Application says beside its sources, for the rules about Argo CD. */
    application?: ApplicationPolicy;
    /** Image of the container that runs `cilium install`. */
    installerImage?: {
        image: string;
        place: FilePlace;
    };
    /** The Job that installs: its `ttlSecondsAfterFinished`, undefined where it has none. */
    job?: {
        place: FilePlace;
        ttl?: Tree;
    };
    /** The inline manifests of a Talos machine configuration hold it, so that Talos applies it again later. */
    inMachineConfiguration?: true;
    /** Private keys that stand readable in its manifest. */
    privateKeys?: {
        name: string;
        place: FilePlace;
    }[];
    /** Who renders makes new certificates at each of its own runs: Terraform's `helm_template`. */
    renderedByTerraform?: true;
    /** Terraform installs it once, and never changes what runs: `lifecycle` ignores its values and its version. */
    leftAloneByTerraform?: true;
    /** What else than Talos brings Kubernetes to the cluster that it installs to, `k3s` say. */
    otherKubernetes?: string;
    /** False where agent and operator are off (a Hubble-only second release). Unset: not looked at. */
    network?: boolean;
    findings: Finding[];
}
/** The fields of an Application that decide what a sync does beside the values. Undefined: not written. */
export interface ApplicationPolicy {
    place: FilePlace;
    /** Where they can be known: its own name, and the namespace that it lives in. */
    name?: string;
    namespace?: string;
    syncPolicy?: Tree;
    ignoreDifferences?: Tree;
    annotations?: Tree;
    finalizers?: Tree;
    sources: ApplicationSource[];
}
/** One entry of an Application's sources as it is written; what cannot be known is absent. */
export interface ApplicationSource {
    place: FilePlace;
    repoURL?: string;
    targetRevision?: string;
    path?: string;
    ref?: string;
    /** Name of its config management plugin; '' where the block names none. */
    plugin?: string;
    /** Refs of other entries that its values files are read from. */
    reads: string[];
}
/** What a repository says beside releases, for the rules that need it. */
export interface Surroundings {
    /** Kinds that Argo CD is told not to look at, a text for each place that says so; `text` is what that place writes. */
    resourceExclusions: {
        text: string;
        place: FilePlace;
    }[];
    /** Argo CD itself, where its version is written. */
    argocdVersions: {
        version: string;
        place: FilePlace;
    }[];
    /** Releases of Cilium that Flux manages. */
    fluxReleases: {
        name: string;
        namespace: string | null;
        place: FilePlace;
    }[];
    /** Where Cilium's chart is named by its repository. */
    chartReferences: {
        place: FilePlace;
    }[];
    /** Where the Argo CD plugin of cilium-align is installed or named. */
    gates: {
        place: FilePlace;
    }[];
    /** Where the definitions of Gateway API are installed from, with their version. */
    gatewayApiDefinitions: {
        version: string;
        place: FilePlace;
    }[];
}
/** What Helm renders, as flat facts named as in Helm's output: `config.routing-mode`, `env.cilium.cilium-agent.KUBERNETES_SERVICE_HOST`, `caps.cilium.cilium-agent`, `present.DaemonSet/cilium-envoy`, `replicas.cilium-operator`, `image.cilium.cilium-agent`. Absent key: not rendered. */
export type Facts = Map<string, Fact>;
export interface Fact {
    /** Text as rendered; capability facts are sorted and joined by a blank. */
    value: string;
    place: Place;
    origin: Origin;
    /** Set where the value cannot be known; `value` is then ''. */
    opaque?: Opaque;
    why?: string;
}
/** Facts of the Talos machine configuration, as they are after all patches. */
export interface TalosCluster {
    /** Name that the owning tool gives it, or null. */
    name: string | null;
    clusters: ClusterEvidence[];
    place: FilePlace;
    files: string[];
    /** What owns the machine configuration. */
    owner: 'omni' | 'talhelper' | 'terraform' | 'talosctl' | 'machine-config' | 'patches';
    /** `1.13` (legacy shape) or `1.14` (documents), where it can be told. */
    contract: string | null;
    facts: Record<string, Cell>;
    manifests: TalosManifest[];
    rank: 1 | 2 | 3 | 4 | 5;
    /** How many machines of each role Git names; null where it does not say. */
    machines?: {
        controlPlanes: number | null;
        workers: number | null;
    };
    findings: Finding[];
}
/** One manifest that Talos (or Omni) applies at bootstrap. */
export interface TalosManifest {
    name: string | null;
    source: 'inlineManifests' | 'extraManifests' | 'KubeInlineManifestConfig' | 'KubeExternalManifestConfig' | 'omni-manifests';
    /** Of Omni's own: `full` keeps applying it, `one-time` does not. */
    mode?: string;
    place: FilePlace;
    /** The text of an inline manifest, or why it cannot be seen (`opaque`), or the URL of an external one. */
    text?: SourceText;
    opaque?: Opaque;
    url?: string;
}
/** One value as the report shows it. */
export interface Cell {
    value: unknown;
    origin: Origin;
    place: Place | null;
    why?: string;
}
/** How much a row or finding weighs: an error breaks a cluster, a warning changes what runs, a note is to be known. */
export type Level = 'error' | 'warning' | 'note';
/** What a difference of a setting does to a running cluster. */
export type Impact = 'disruptive' | 'boot-critical' | 'behaviour' | 'additive' | 'none';
/** Whether both sides of a row mean the same; `opaque`: that cannot be known; `irrelevant`: they differ, and `why` says that it does nothing. */
export type Status = 'aligned' | 'drifted' | 'opaque' | 'irrelevant';
/** What is said of a cluster, and of all of them: the worst one. `undecided`: something that could be an error cannot be known; `nothing`: a side is missing. */
export type Outcome = 'aligned' | 'drifted' | 'undecided' | 'nothing';
/** One setting, as each side means it. */
export interface Row {
    /** Its cluster and its setting, the same from commit to commit; the report gives it. */
    id?: string;
    setting: string;
    status: Status;
    impact: Impact;
    level: Level | null;
    bootstrap: Cell;
    argocd: Cell;
    why?: string;
    change?: 'introduced' | 'existing' | 'resolved';
    suppressed?: {
        reason: string;
        until?: string;
    };
}
/** A broken rule. `places[0]` is the primary one. */
export interface Finding {
    id: string;
    rule: string;
    level: Level;
    message: string;
    cluster: string | null;
    setting?: string;
    places: Place[];
    fix?: string;
    change?: 'introduced' | 'existing' | 'resolved';
    suppressed?: {
        reason: string;
        until?: string;
    };
}
/** A release as the report shows it. */
export interface Release {
    side: Side;
    form: Form;
    name: string | null;
    namespace: string | null;
    chartVersion: string | null;
    chartVersionWhy?: string;
    place: Place;
    files: string[];
    layers: {
        kind: string;
        place: Place;
    }[];
}
/** One cluster: what speaks for each side, and the alignment table. */
export interface Cluster {
    name: string | null;
    outcome: Outcome;
    bootstrap: Release | null;
    argocd: Release | null;
    others: {
        release: Release;
        why: string;
    }[];
    talos: {
        contract: string | null;
        facts: Record<string, Cell>;
    } | null;
    rows: Row[];
    /** Sides that the base has and this has not: nothing that the base found here is resolved by that. */
    gone?: Side[];
}
/** Something that looked relevant and was not read, or could not be. */
export interface Unused {
    file: string;
    why: string;
    /** It may speak for the cluster and could not be read, or not to its end. */
    broken?: true;
    /** One run does not read as much: what it says may matter, and nobody looked. */
    leftOut?: true;
}
/** One of two repositories that were compared. */
export interface ComparedRepository {
    /** What the report calls it: a file in it is `name:/path`. */
    name: string;
    side: Side;
    /** The run belongs to it: annotations and code scanning can only point into this one. */
    here: boolean;
}
/** The report: one plain-data object, the same from every front end. */
export interface Report {
    schemaVersion: 1;
    outcome: Outcome;
    exitCode: 0 | 1 | 3;
    counts: {
        error: number;
        warning: number;
        note: number;
    };
    /** What it was compared with; rows that differ or cannot be known, and findings, then say their `change`. `fails`: which of them decide the exit code. */
    base?: {
        name: string | null;
        outcome: Outcome;
        fails: 'new' | 'all';
    };
    /** Both, where each side has its own; every file of the report is then named by its repository. */
    repositories?: ComparedRepository[];
    clusters: Cluster[];
    findings: Finding[];
    unused: Unused[];
}
export {};

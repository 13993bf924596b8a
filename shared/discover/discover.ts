import type { Unused } from '../model.ts';
import { LeftOutFile, MOST_TEXT, type Repository, UnreadableFile } from '../repository/repository.ts';
import type { Candidate } from './candidate.ts';

/** Endings of files that people write declarations in; everything else is not even opened. */
const ENDINGS =
  /(^|\/)(justfile|\.justfile|makefile|gnumakefile|taskfile|dockerfile|containerfile)$|\.(ya?ml|json|tf|tofu|tfvars|hcl|sh|bash|zsh|fish|nu|md|mdx|just|mk|tpl|tmpl|tftpl|gotmpl|j2|jinja2?|toml|env|txt|k|nix)$/i;

/** Programs are opened where a tool's project file says that they describe infrastructure: most of what a large repository holds is other code. */
const PROGRAM = /\.(py|ts|js|mts|go|cs)$/;
const PROJECT = /(^|\/)(Pulumi(\.[\w-]+)?\.ya?ml|cdktf\.json|cdk8s\.ya?ml)$/;

/** Any of these words makes a file worth a reader's look. Case is spelled out because an ignoring search costs several times as much. */
const WORDS =
  /[Cc]ilium|CILIUM|argoproj\.io|inlineManifests|extraManifests|podSubnets|kubePrism|hostDNS|[Kk]ube(?:Flannel|Network|Proxy|Prism|InlineManifest|ExternalManifest)C|talos|kustomize|helmfile|resource\.exclusions|gateway-api\/|argo-cd|kind: ["']?(?:Cluster|ControlPlane|Workers|Machine)\b|omni\.sidero\.dev|path["']?: *["']?\/(?:machine|cluster)\/|[{"'](?:machine|cluster)["']? *: *[{\r\n]|^(?:machine|cluster|clusterName):/m;

/** Files without an ending are scripts at most this large. */
const LARGEST_SCRIPT = 256 * 1024;

/** Of the text that one run reads, the rest is for what these files lead to. */
const MIB = 1024 * 1024;
const MOST_FOUND = MOST_TEXT - 32 * MIB;
/** Files are looked at until they hold this much together: fifteen times the largest repository that was measured. */
const MOST_LOOKED_AT = 1024 * MIB;

/** What Helm, Talos and Kubernetes also read as UTF-16, in which none of the words would be found. */
const UTF16 = /\.(?:ya?ml|json)$/i;

/** JSON schemas; only people's own JSON says something. */
const JSON_SCHEMA = /^\s*\{\s*"(?:\$schema|description|properties|type|definitions|title)"\s*:/;

/** What a definition of resources begins with, after comments. A line further down may stand in a text of something else. */
const DEFINITION =
  /^(?:[ \t\r]*(?:(?:#|---)[^\n]*)?\n)*(?:apiVersion: *["']?apiextensions\.k8s\.io\/|kind: *["']?CustomResourceDefinition\b)/;

/** Definitions of resources mention everything that the resource may hold, at great length. Gateway API's count: whether they are there matters. */
function isDefinition(path: string, text: string): boolean {
  const head = text.slice(0, 4096);
  if (path.endsWith('.json')) return JSON_SCHEMA.test(head) && !/"apiVersion"\s*:\s*"/.test(head);
  return (
    DEFINITION.test(head) &&
    /^kind: *["']?CustomResourceDefinition\b/m.test(head) &&
    !head.includes('gateway.networking.k8s.io') &&
    text.indexOf('\n---', 4) < 0
  );
}

/** Lists the files whose bytes mention something that a reader may understand; what is too large or unreadable is said. */
export function discover(repository: Repository): { candidates: Candidate[]; unused: Unused[] } {
  const candidates: Candidate[] = [];
  const unused: Unused[] = [];
  let [looked, found] = [0, 0];
  const endings = repository.files.some(({ path }) => PROJECT.test(path)) ? [ENDINGS, PROGRAM] : [ENDINGS];
  for (const file of repository.files) {
    if (file.target !== undefined) continue;
    const base = file.path.slice(file.path.lastIndexOf('/') + 1);
    const bare = !base.includes('.', 1);
    if (!(endings.some((ending) => ending.test(file.path)) || (bare && file.size <= LARGEST_SCRIPT))) continue;
    try {
      if (looked > MOST_LOOKED_AT)
        throw new LeftOutFile(file.path, `is left out: the files before it hold the ${MOST_LOOKED_AT / MIB} MiB that are looked at`);
      const bytes = repository.bytes(file.path);
      looked += bytes.length;
      if (bytes.length === 0) continue;
      if (UTF16.test(file.path) && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)))
        throw new UnreadableFile(file.path, 'is UTF-16 text, and only UTF-8 is read');
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      if (!WORDS.test(text) || isDefinition(file.path, text)) continue;
      found += bytes.length;
      if (found > MOST_FOUND)
        throw new LeftOutFile(file.path, `is left out: more than ${MOST_FOUND / MIB} MiB of files may matter, and no more are read`);
      candidates.push({ path: file.path, text: repository.read(file.path) });
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      if (error instanceof LeftOutFile) unused.push({ file: file.path, why: error.message, broken: true, leftOut: true });
      else if (!bare) unused.push({ file: file.path, why: error.message, broken: true });
    }
  }
  return { candidates, unused };
}

import type { Unused } from '../model.ts';
import { type Repository, UnreadableFile } from '../repository/repository.ts';
import type { Candidate } from './candidate.ts';

/** Endings of files that people write declarations in; everything else is not even opened. */
const ENDINGS =
  /(^|\/)(justfile|\.justfile|makefile|gnumakefile|taskfile|dockerfile|containerfile)$|\.(ya?ml|json|tf|tofu|tfvars|hcl|sh|bash|zsh|fish|nu|md|mdx|just|mk|tpl|tmpl|tftpl|gotmpl|j2|jinja2?|toml|env|txt|k|py|ts|go|nix)$/i;

/** Any of these words makes a file worth a reader's look. Case is spelled out because an ignoring search costs several times as much. */
const WORDS =
  /[Cc]ilium|CILIUM|argoproj\.io|inlineManifests|extraManifests|podSubnets|kubePrism|hostDNS|[Kk]ube(?:Flannel|Network|Proxy|Prism|InlineManifest|ExternalManifest)C|talos|kustomize|helmfile|resource\.exclusions|gateway-api\/|argo-cd|kind: ["']?(?:Cluster|ControlPlane|Workers|Machine)\b|omni\.sidero\.dev|path["']?: *["']?\/(?:machine|cluster)\/|^(?:machine|cluster|clusterName):/m;

/** Files without an ending are scripts at most this large. */
const LARGEST_SCRIPT = 256 * 1024;

/** JSON schemas; only people's own JSON says something. */
const JSON_SCHEMA = /^\s*\{\s*"(?:\$schema|description|properties|type|definitions|title)"\s*:/;

/** Definitions of resources mention everything that the resource may hold, at great length. Gateway API's count: whether they are there matters. */
function isDefinition(path: string, text: string): boolean {
  const head = text.slice(0, 4096);
  if (path.endsWith('.json')) return JSON_SCHEMA.test(head);
  return (
    /^kind: *["']?CustomResourceDefinition\b/m.test(head) && !head.includes('gateway.networking.k8s.io') && text.indexOf('\n---', 4) < 0
  );
}

/** Lists the files whose bytes mention something that a reader may understand; what is too large or unreadable is said. */
export function discover(repository: Repository): { candidates: Candidate[]; unused: Unused[] } {
  const candidates: Candidate[] = [];
  const unused: Unused[] = [];
  for (const file of repository.files) {
    if (file.target !== undefined) continue;
    const base = file.path.slice(file.path.lastIndexOf('/') + 1);
    const bare = !base.includes('.', 1);
    if (!(ENDINGS.test(file.path) || (bare && file.size <= LARGEST_SCRIPT))) continue;
    try {
      const bytes = repository.bytes(file.path);
      if (bytes.length === 0) continue;
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      if (!WORDS.test(text) || isDefinition(file.path, text)) continue;
      candidates.push({ path: file.path, text: repository.read(file.path) });
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      if (!bare) unused.push({ file: file.path, why: error.message });
    }
  }
  return { candidates, unused };
}

import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { memoryRepository } from '../../shared/repository/memory.ts';
import type { Repository } from '../../shared/repository/repository.ts';
import { dirname, join } from '../../shared/repository/tree-repository.ts';

type Files = Record<string, string | { symlink: string }>;

/** What was rendered of Cilium: the release, and the whole `.Values` that its templates saw. `patched`: keys that patches added afterwards. */
export interface RecordedRelease {
  name?: string;
  namespace?: string;
  version?: string;
  values?: Record<string, unknown>;
  patched?: string[];
}

/** One input of Argo CD 3.5.3 or kustomize 5.8.1, and what they made of it. */
export interface RecordedCase {
  name: string;
  area: 'helm' | 'multi-source' | 'argocd-source' | 'umbrella' | 'kustomize' | 'applicationset';
  application?: string;
  applicationSet?: string;
  /** Directory for `kustomize build --enable-helm`, with further arguments. */
  kustomization?: string;
  args?: string[];
  /** The repository https://git.example/repo.git at branch main; `charts` puts a chart of the recording into it. */
  files?: Files;
  charts?: Record<string, string>;
  /** https://git.example/other.git, and other branches: not to be seen by a reader of one working tree. */
  otherFiles?: Files;
  branches?: Record<string, Files>;
  clusterSecrets?: {
    secret: string;
    name: string;
    server: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  }[];
  kustomizeBuildOptions?: string;
  controllerFlags?: string[];
  valuesFileSchemes?: string[];
  error?: true;
  applications?: Record<string, unknown>[];
  releases?: RecordedRelease[];
}

export interface Recording {
  /** Small charts named cilium that print their values. */
  charts: Record<string, Record<string, string>>;
  cases: RecordedCase[];
}

/** What the real Argo CD, Helm and kustomize made of 675 inputs. The recorded chart's ConfigMap is called cilium-config here, as Cilium's own is. */
export function readRecording(): Recording {
  return JSON.parse(brotliDecompressSync(readFileSync(new URL('recorded.json.br', import.meta.url))).toString()) as Recording;
}

/** The repository of a case. */
export function repositoryOf(recording: Recording, recorded: RecordedCase, more: Files = {}): Repository {
  const files: Files = {};
  for (const [path, chart] of Object.entries(recorded.charts ?? {}))
    for (const [name, text] of Object.entries(recording.charts[chart]!)) files[`${path}/${name}`] = text;
  for (const [path, file] of Object.entries(recorded.files ?? {}))
    files[path] = typeof file === 'string' ? file : { symlink: join(dirname(path), file.symlink) ?? '../out' };
  return memoryRepository({ ...files, ...more });
}

import { show } from '../align/mend.ts';
import type { Cell, Form, Level, Place } from '../model.ts';
import { plainText } from './escape.ts';

/** What a person would call each form. */
export const FORM_WORDS: Record<Form, string> = {
  'cilium-cli-job': 'Job that runs cilium install',
  'rendered-manifest': 'rendered manifest',
  'manifest-url': 'manifest at a URL',
  helmfile: 'helmfile',
  'helm-command': 'helm command',
  'cilium-command': 'cilium install',
  'kustomize-command': 'kustomize build',
  'terraform-helm': 'helm release in Terraform',
  'values-file': 'values file',
  application: 'Application',
  applicationset: 'ApplicationSet',
  'kustomize-helm': 'helmCharts of a kustomization',
  'umbrella-chart': 'umbrella chart',
  'rendered-path': 'rendered manifests',
  plugin: 'config management plugin',
};

export const SIDE_WORDS = { bootstrap: 'bootstrap', argocd: 'Argo CD' } as const;

/** The mark that stands before a row or finding of a level. */
export const SIGN: Record<Level, string> = { error: '✗', warning: '!', note: '·' };

/** Stands for a value, version or file that a reader must not see. */
export const NOT_SHOWN = '(not shown)';

/** An effective value as the table shows it, free of anything that could harm a terminal. */
export function valueText(cell: Cell, limit = 160): string {
  if (cell.value === null || cell.value === undefined || cell.value === '') return cell.origin === 'opaque' ? 'unknown' : '(unset)';
  const text = Array.isArray(cell.value) && cell.value.every((v) => typeof v === 'string') ? cell.value.join(' ') : show(cell.value);
  return plainText(text, limit);
}

/** A place in a few words: `file:line`, or who speaks. */
export function placeText(place: Place | null): string {
  if (place === null) return 'nobody sets it';
  return 'file' in place ? `${plainText(place.file)}:${place.line}` : plainText(place.source);
}

/** Why a value cannot be known, as it goes on after a colon: some reasons were written to follow the name of a thing. */
export function reasonText(why: string): string {
  return plainText(why.replace(/^is /, 'it is '));
}

/** The first few of a list, and how many more there are. */
export function shorten(names: readonly string[], most: number): string {
  return names.length <= most + 1 ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

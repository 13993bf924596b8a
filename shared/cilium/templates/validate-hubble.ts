import { isEqual, isSince } from './cilium-configmap-key.ts';
import type { Condition, RefusalRule } from './fact-rule.ts';
import { check } from './refusal-check.ts';

/** A certificate that has to be given. Until 1.16.0 always; later a Secret may exist already. */
function missing(path: string, existing: string, needed: Condition): RefusalRule[] {
  return ['cert', 'key'].map((part) =>
    check(
      `${path}.${part}`,
      (values) => needed(values) && !(isSince(values, '1.16.1') && values.truthy(existing)) && !values.truthy(`${path}.${part}`),
      `missing ${path}.${part}`,
    ),
  );
}

const hubbleProvided =
  (...needed: string[]): Condition =>
  (values) =>
    values.truthy('hubble.enabled') &&
    values.truthy('hubble.tls.enabled') &&
    !values.truthy('hubble.tls.auto.enabled') &&
    needed.every((path) => values.truthy(path));

/** Combinations of Hubble, its relay and its interface that the chart refuses. */
export const hubbleValidations: readonly RefusalRule[] = [
  check(
    'hubble.relay.enabled',
    (values) =>
      values.truthy('hubble.ui.enabled') && !values.truthy('hubble.ui.standalone.enabled') && !values.truthy('hubble.relay.enabled'),
    'Hubble UI requires .Values.hubble.relay.enabled=true',
  ),
  check(
    'hubble.ui.standalone.tls.certsVolume',
    (values) =>
      values.truthy('hubble.ui.enabled') &&
      values.truthy('hubble.ui.standalone.enabled') &&
      values.truthy('hubble.relay.tls.server.enabled') &&
      !values.truthy('hubble.ui.standalone.tls.certsVolume'),
    'Hubble UI in standalone with Hubble Relay server TLS enabled requires providing .Values.hubble.ui.standalone.tls.certsVolume for mounting client certificates in the backend pod',
  ),
  check(
    'hubble.enabled',
    (values) => values.truthy('hubble.relay.enabled') && !values.truthy('hubble.enabled'),
    'Hubble Relay requires .Values.hubble.enabled=true',
  ),
  check(
    'hubble.tls.auto.certManagerIssuerRef',
    (values) =>
      ['hubble.enabled', 'hubble.tls.enabled', 'hubble.tls.auto.enabled'].every((path) => values.truthy(path)) &&
      isEqual(values, 'hubble.tls.auto.method', 'certmanager') &&
      !values.truthy('hubble.tls.auto.certManagerIssuerRef'),
    'Hubble TLS certgen method=certmanager requires that user specifies .Values.hubble.tls.auto.certManagerIssuerRef',
  ),
  check(
    'hubble.redact.http.headers',
    (values) =>
      isSince(values, '1.15.0') && values.truthy('hubble.redact.http.headers.allow') && values.truthy('hubble.redact.http.headers.deny'),
    'Only one of .Values.hubble.redact.http.headers.allow, .Values.hubble.redact.http.headers.deny can be specified',
  ),
  ...missing('hubble.tls.server', 'hubble.tls.server.existingSecret', hubbleProvided('agent')),
  ...missing('hubble.relay.tls.client', 'hubble.relay.tls.client.existingSecret', hubbleProvided('hubble.relay.enabled')),
  ...missing(
    'hubble.relay.tls.server',
    'hubble.relay.tls.server.existingSecret',
    hubbleProvided('hubble.relay.enabled', 'hubble.relay.tls.server.enabled'),
  ),
  ...missing(
    'hubble.ui.tls.client',
    'hubble.ui.tls.client.existingSecret',
    hubbleProvided('hubble.ui.enabled', 'hubble.relay.enabled', 'hubble.relay.tls.server.enabled'),
  ),
  ...missing(
    'hubble.metrics.tls.server',
    'hubble.metrics.tls.server.existingSecret',
    (values) =>
      isSince(values, '1.16.0') &&
      values.truthy('agent') &&
      values.truthy('hubble.enabled') &&
      values.truthy('hubble.metrics.tls.enabled') &&
      !values.truthy('hubble.tls.auto.enabled'),
  ),
];

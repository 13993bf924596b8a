import { expect, test } from 'vitest';
import { withBranches } from './template-branches.ts';

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

test.each([
  ['Jinja', '{% if a %}\nx\n{% elif b %}\ny\n{% else %}\nz\n{% endif %}\nw', ['x', 'w'], ['z', 'w']],
  ["makejinja's marks", '#% if a %#\nx\n#% endif %#\nw', ['x', 'w'], ['w']],
  ["Go's templates", '{{- if .a }}\nx\n{{- else if .b }}\ny\n{{- end }}\nw', ['x', 'w'], ['w']],
  ["Terraform's directives", '%{ if a ~}\nx\n%{ else ~}\ny\n%{ endif ~}', ['x'], ['y']],
  ['a loop, once', '{% for a in b %}\nx\n{% endfor %}', ['x'], ['x']],
  ['a role', '{% if ENV.IS_CONTROLLER %}\nx\n{% else %}\ny\n{% endif %}', ['x'], ['x']],
  ['a role that it is not', '{% if machine.type == "worker" %}\nx\n{% else %}\ny\n{% endif %}', ['y'], ['y']],
  ['a negated role', '{% if not is_controlplane %}\nx\n{% endif %}\nw', ['w'], ['w']],
  ['a condition in a condition', '{% if a %}\n{% if b %}\nx\n{% else %}\ny\n{% endif %}\n{% endif %}', ['x'], []],
])('%s', (_, text, met, unmet) => {
  const branches = withBranches(text)!;
  expect([lines(branches.met), lines(branches.unmet)]).toEqual([met, unmet]);
  expect(branches.met.split('\n')).toHaveLength(text.split('\n').length);
});

test('a text without a line for a directive stays as it is', () => {
  expect(withBranches('a: {{ b }}\nc: "%{d}"\n')).toBeUndefined();
});

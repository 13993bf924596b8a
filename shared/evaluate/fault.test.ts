import { expect, test } from 'vitest';
import { findingOf } from './fault.ts';

test('a finding is called by its rule, its subject and the files that it names', () => {
  const place = { file: 'install.sh', line: 3, column: 5 };
  const places = [place, { ...place, line: 9 }, { source: 'chart default 1.18.2' }];
  const fault = { rule: 'unused-thing', level: 'warning' as const, message: 'It is.', places };
  expect(findingOf(fault, 'prod')).toMatchObject({ id: 'unused-thing:prod:install.sh:chart default 1.18.2', rule: 'unused-thing', places });
  expect(findingOf(fault)).toMatchObject({ id: 'unused-thing::install.sh:chart default 1.18.2' });
  expect(findingOf(fault)).not.toHaveProperty('fix');
  expect(findingOf({ ...fault, fix: 'Mend it.' })).toMatchObject({ fix: 'Mend it.' });
});

import { expect, it } from 'vitest';
import { fix } from '../../shared/fix/fix.ts';
import { renderFix } from '../../shared/fix/table.ts';
import { directoryRepository } from '../../shared/repository/directory.ts';

const said = (settings?: string[]) =>
  renderFix(
    fix(directoryRepository('examples/omni-handoff'), {
      side: 'argocd',
      failOn: 'error',
      undecided: 'fail',
      ...(settings && { settings }),
    }),
    { width: 100, colour: false, written: false },
  );

it('calls what --setting does not name no note: it may be an error', () => {
  expect(said()).toContain('2 differences only noted, and left alone');
  const named = said(['operator.replicas']);
  expect(named).toContain('3 differences that --setting does not name, and left alone');
  expect(named).not.toContain('only noted');
});

it('and does not say that nothing is wrong where only nothing that is named differs', () => {
  expect(said(['ipam'])).toMatch(/^✓ Nothing to fix, in what --setting names both sides agree\.\n/);
});

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltAction, buildAction } from './peers/runner.ts';
import { aligned, drift, fleet, setScene } from './scene.ts';

let action: BuiltAction;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());

it('forty clusters with three hundred differences fit in one comment, worst first and whole', async () => {
  const before = aligned['cilium/values.yaml']!;
  const scene = await setScene(
    action,
    fleet(40, () => before),
  );
  try {
    const apart = (cluster: number): string =>
      `${before.replace('routingMode: tunnel', 'routingMode: native').replace('replicas: 1', `replicas: ${cluster + 3}`)}ipv4NativeRoutingCIDR: 10.${cluster}.0.0/16\nMTU: ${1300 + cluster}\ndebug:\n  enabled: true\n  verbose: ${'datapath '.repeat(400)}${cluster}\nprometheus:\n  port: ${9000 + cluster}\npolicyEnforcementMode: always\nbpf:\n  mapDynamicSizeRatio: 0.${cluster + 1}\n`;
    const number = await scene.pull(fleet(40, apart));
    const step = await scene.run(number);
    const report = JSON.parse(readFileSync(step.outputs['report-json']!, 'utf8')) as {
      clusters: Array<{ rows: Array<{ status: string }> }>;
    };
    const drifted = report.clusters.flatMap(({ rows }) => rows).filter(({ status }) => status === 'drifted');
    expect([step.code, report.clusters.length]).toEqual([1, 40]);
    expect(drifted.length).toBeGreaterThanOrEqual(300);
    const [comment, ...others] = await scene.github.comments('octocat/infra', number);
    expect(others).toEqual([]);
    expect(comment!.body.length).toBeLessThanOrEqual(60_000);
    expect(comment!.body).toContain('routingMode');
    expect(comment!.body.match(/<details>/g)?.length).toBe(comment!.body.match(/<\/details>/g)?.length);
    expect(step.summary).toBeDefined();
    expect(step.annotations.filter(({ level }) => level === 'error').length).toBeLessThanOrEqual(10);
    expect(step.annotations.every(({ message }) => message.length < 4096)).toBe(true);
    for (const value of Object.values(step.outputs)) expect(value.length).toBeLessThan(1000);
    expect(scene.github.writes()).toHaveLength(1);
  } finally {
    await scene.close();
  }
});

it('a server of an enterprise is spoken to at its own addresses', async () => {
  const scene = await setScene(action, aligned, { apiPath: '/api/v3' });
  try {
    const step = await scene.run(await scene.pull(drift));
    expect([step.code, step.outputs['comment-id']]).toEqual([1, expect.stringMatching(/^\d+$/)]);
    const [{ body }] = (await scene.github.comments('octocat/infra', 1)) as [
      { id: number; body: string; user: { login: string; type: string } },
    ];
    expect(
      [...body.matchAll(/https?:\/\/[^/)\s]+/g)].map(([address]) => address).filter((address) => address !== scene.github.url),
    ).toEqual([]);
    expect(step.raw).not.toMatch(/github\.com/);
  } finally {
    await scene.close();
  }
});

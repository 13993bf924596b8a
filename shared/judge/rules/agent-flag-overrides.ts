import { isGrave } from '../../align/weight.ts';
import { settings } from '../../cilium/settings/index.ts';
import type { EvaluatedRelease } from '../../evaluate/release.ts';
import type { Place } from '../../model.ts';
import { bothSides } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';

export const agentFlagOverrides: Rule = {
  id: 'agent-flag-overrides',
  level: 'error',
  title: 'A flag or variable of the agent sets a network setting on one side only',
  why: 'The agent takes its flags before its environment, and both before cilium-config. What the values say of that setting does not count on that side, and the values of both sides look alike.',
  fix: 'Write the value of the chart instead, alike on both sides.',
  link: 'https://docs.cilium.io/en/stable/cmdref/cilium-agent/',
  examples: {
    passing: bothSides('extraArgs: ["--routing-mode=tunnel"]', 'routingMode: tunnel'),
    failing: bothSides('routingMode: tunnel', 'routingMode: tunnel\nextraArgs: ["--routing-mode=native"]'),
  },
  judge({ bootstrap, argocd }) {
    if (bootstrap === null || argocd === null) return [];
    const sides = [
      { name: 'the bootstrap', release: bootstrap, flags: flagsOf(bootstrap) },
      { name: 'Argo CD', release: argocd, flags: flagsOf(argocd) },
    ] as const;
    if (sides.every(({ flags }) => flags.size === 0)) return [];
    return networkSettings().flatMap(({ path, key }): Fault[] => {
      const [left, right] = sides.map(({ release, flags }) => flags.get(key)?.value ?? release.facts.get(`config.${key}`)?.value);
      const by = sides.find(({ flags }) => flags.has(key));
      if (by === undefined || left === right) return [];
      const other = by === sides[0] ? sides[1] : sides[0];
      const { written, value, place } = by.flags.get(key)!;
      const there = other.flags.get(key)?.value ?? other.release.facts.get(`config.${key}`)?.value;
      return [
        {
          message: `${by === sides[0] ? 'The bootstrap' : by.name} starts the agent with \`${written}\`, so that \`${path}\` is ${value} there whatever its values say; for ${other.name} it is ${there ?? 'not set'}.`,
          places: [place, other.release.declaration.place],
          setting: path,
          fix: `Take \`${written}\` away, and write \`${path}\` alike on both sides.`,
        },
      ];
    });
  },
};

/** Settings whose drift is an error and that are one key of cilium-config, which is also the name of a flag. */
function networkSettings(): { path: string; key: string }[] {
  return settings.filter(isGrave).flatMap(({ path, facts }) => {
    const [fact] = facts;
    return facts.length === 1 && fact!.startsWith('config.') ? [{ path, key: fact!.slice('config.'.length) }] : [];
  });
}

interface Flag {
  value: string;
  /** As a person would search for it. */
  written: string;
  place: Place;
}

/** What the agent is told past cilium-config, by key; the last of a flag counts, and a flag before a variable. */
function flagsOf({ facts }: EvaluatedRelease): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [name, { value, place, opaque }] of facts) {
    const variable = /^env\.cilium\.cilium-agent\.CILIUM_(.+)$/.exec(name)?.[1];
    if (variable !== undefined && opaque === undefined)
      flags.set(variable.toLowerCase().replaceAll('_', '-'), { value, written: `CILIUM_${variable}=${value}`, place });
  }
  const args = facts.get('args.cilium.cilium-agent');
  if (args === undefined || args.opaque !== undefined) return flags;
  const words = wordsOf(args.value);
  words.forEach((word, i) => {
    const [, key, value] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (key === undefined) return;
    const next = words[i + 1];
    const given = value ?? (next === undefined || next.startsWith('-') ? 'true' : next);
    flags.set(key, { value: given, written: `--${key}=${given}`, place: args.place });
  });
  return flags;
}

function wordsOf(json: string): string[] {
  try {
    const read: unknown = JSON.parse(json);
    return Array.isArray(read) ? read.map(String) : [];
  } catch {
    return [];
  }
}

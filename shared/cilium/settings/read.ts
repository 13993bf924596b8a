import type { Fact, Facts } from '../../model.ts';
import type { Setting, SettingValue } from '../setting.ts';

/** The part of a setting that says where its value is read from. */
export type Reader = Pick<Setting, 'facts' | 'read'>;

/** A key of `cilium-config`; of several (a key and its predecessors) the first that is rendered speaks. An empty text is no value. */
export function config(...keys: string[]): Reader {
  return text(keys.map((key) => `config.${key}`));
}

/** Switches of `cilium-config`: `true` where one of the keys is on, else `false`; an absent key is off. */
export function onOff(...keys: string[]): Reader {
  return switches(keys, 'true', 'false');
}

/** A switch of `cilium-config` that the agent itself has on, and had on before the key existed: `false` only where it is turned off. */
export function onUnlessOff(key: string): Reader {
  return switches([key], 'false', 'true');
}

function switches(keys: string[], decisive: string, otherwise: string): Reader {
  const names = keys.map((key) => `config.${key}`);
  return {
    facts: names,
    read(facts) {
      const rendered = names.map((name) => facts.get(name)).filter((fact) => fact !== undefined);
      const decided = rendered.find((fact) => fact.opaque === undefined && fact.value.toLowerCase() === decisive);
      if (decided) return { value: decisive, place: decided.place };
      const unknown = rendered.find((fact) => fact.opaque !== undefined);
      if (unknown) return readFact(unknown);
      return rendered[0] ? { value: otherwise, place: rendered[0].place } : { value: otherwise };
    },
  };
}

/** `true` where a key of `cilium-config` is rendered with any text, else `false`. */
export function given(key: string): Reader {
  const name = `config.${key}`;
  return {
    facts: [name],
    read(facts) {
      const read = readFact(facts.get(name));
      return read.opaque ? read : { ...read, value: String(read.value !== undefined) };
    },
  };
}

/** `true` where the object (`DaemonSet/cilium-envoy`) is rendered, else `false`. */
export function present(object: string): Reader {
  return exists(`present.${object}`);
}

/** `true` where the agent's pod has this (init) container, else `false`. */
export function container(name: string): Reader {
  return exists(`image.cilium.${name}`);
}

/** An environment variable of the agent. */
export function env(name: string): Reader {
  return text([`env.cilium.cilium-agent.${name}`]);
}

/** The capabilities that a container (`cilium.cilium-agent`) adds. */
export function caps(name: string): Reader {
  const fact = `caps.${name}`;
  return {
    facts: [fact],
    read(facts) {
      const read = readFact(facts.get(fact));
      return typeof read.value === 'string' ? { ...read, value: read.value.split(/\s+/) } : read;
    },
  };
}

/** Any other fact as its text. */
export function rendered(fact: string): Reader {
  return text([fact]);
}

/** The repository of the agent's image, without tag and digest. */
export const imageRepository: Reader = {
  facts: ['image.cilium.cilium-agent'],
  read(facts) {
    const read = readFact(facts.get('image.cilium.cilium-agent'));
    return typeof read.value === 'string' ? { ...read, value: splitImage(read.value).repository } : read;
  },
};

/** The tag of the agent's image where it is another than the chart's own. */
export const imageTag: Reader = {
  facts: ['image.cilium.cilium-agent'],
  read(facts, version) {
    const read = readFact(facts.get('image.cilium.cilium-agent'));
    if (typeof read.value !== 'string') return read;
    const { tag } = splitImage(read.value);
    return tag === undefined || (version !== null && tag.replace(/^v/, '') === version)
      ? { ...read, value: undefined }
      : { ...read, value: tag };
  },
};

/** An image reference in its parts; a colon before the last slash belongs to a registry's port. */
export function splitImage(image: string): { repository: string; tag: string | undefined } {
  const name = image.split('@', 1)[0]!;
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/')
    ? { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
    : { repository: name, tag: undefined };
}

function text(names: string[]): Reader {
  return { facts: names, read: (facts) => readFact(firstOf(names, facts)) };
}

function exists(name: string): Reader {
  return {
    facts: [name],
    read(facts) {
      const fact = facts.get(name);
      if (fact === undefined) return { value: 'false' };
      return fact.opaque ? readFact(fact) : { value: 'true', place: fact.place };
    },
  };
}

function firstOf(names: string[], facts: Facts): Fact | undefined {
  for (const name of names) {
    const fact = facts.get(name);
    if (fact) return fact;
  }
  return undefined;
}

function readFact(fact: Fact | undefined): SettingValue {
  if (fact === undefined) return { value: undefined };
  if (fact.opaque) return { value: undefined, place: fact.place, opaque: fact.opaque };
  return { value: fact.value === '' ? undefined : fact.value, place: fact.place };
}

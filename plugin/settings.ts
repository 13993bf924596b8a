import { nearest } from '../shared/judge/nearest.ts';
import { plainText } from '../shared/report/escape.ts';
import { environmentName, OPTIONS, type Option, type OptionName } from './options.ts';
import { type Parameter, readParameters } from './parameters.ts';

/** What the operator and the Application decided together. */
export interface Settings {
  mode: 'off' | 'warn' | 'enforce';
  failOn: 'error' | 'warning' | 'note';
  undecided: 'warn' | 'fail';
  /** Whether the repository's allow entries count. */
  allow: 'honour' | 'ignore';
  cluster?: string;
  bootstrap?: string;
  argocd?: string;
  config?: string;
  /** What the Application deploys, where it says so itself. */
  deployed?: Deployed;
  /** Seconds. */
  timeout: number;
  /** MiB of the whole process. */
  memory: number;
  breakGlass?: string;
  debug: boolean;
  /** A line for everything that is wrong with the environment or the parameters. What is wrong counts as its strictest. */
  problems: string[];
  /** What somebody asked for and does not get, for the reader to know. */
  notes: string[];
}

/** What an Application tells of itself by parameters. */
export interface Deployed {
  chartVersion: string;
  valueFiles: readonly string[];
  values?: string;
}

/** What Kubernetes itself puts into the environment for a Service of our name: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables */
const OF_A_SERVICE = /_SERVICE_(?:HOST|PORT)(?:_|$)|_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_.*)?)?$/;

/** Reads the sidecar's environment and the Application's parameters. The environment is the floor: of choices the strictest counts, a text of the environment cannot be changed. Never throws. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const reader = new Reader(env);
  const text = (name: OptionName) => reader.text(name);
  const [cluster, bootstrap, argocd, config, breakGlass] = [
    text('cluster'),
    text('bootstrap'),
    text('argocd'),
    text('config'),
    text('break-glass'),
  ];
  const deployed = reader.deployed();
  return {
    mode: reader.choice('mode') as Settings['mode'],
    failOn: reader.choice('fail-on') as Settings['failOn'],
    undecided: reader.choice('undecided') as Settings['undecided'],
    allow: reader.choice('allow') as Settings['allow'],
    ...(cluster !== undefined && { cluster }),
    ...(bootstrap !== undefined && { bootstrap }),
    ...(argocd !== undefined && { argocd }),
    ...(config !== undefined && { config }),
    ...(deployed !== undefined && { deployed }),
    timeout: reader.number('timeout'),
    memory: reader.number('memory'),
    ...(breakGlass !== undefined && { breakGlass }),
    debug: reader.choice('debug') === '1',
    problems: reader.problems,
    notes: reader.notes,
  };
}

/** The strictest of some choices. */
export function strictest<T extends string>(name: OptionName, values: readonly T[]): T {
  const choices: readonly string[] = optionOf(name).choices!;
  return values.reduce((a, b) => (choices.indexOf(b) > choices.indexOf(a) ? b : a));
}

function optionOf(name: OptionName): Option {
  return OPTIONS.find((option) => option.name === name)!;
}

class Reader {
  readonly problems: string[] = [];
  readonly notes: string[] = [];
  readonly #env: NodeJS.ProcessEnv;
  readonly #parameters = new Map<string, Parameter>();

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#refuseUnknownVariables();
    const { parameters, problem } = readParameters(env.ARGOCD_APP_PARAMETERS);
    if (problem !== undefined) this.problems.push(problem);
    const names = OPTIONS.filter(({ by }) => by !== 'environment').map(({ name }): string => name);
    for (const parameter of parameters) {
      const { name } = parameter;
      if (this.#parameters.has(name)) this.problems.push(`The parameter ${shown(name)} stands twice; leave one.`);
      else if (names.includes(name)) this.#parameters.set(name, parameter);
      else if (OPTIONS.some((option) => option.name === name))
        this.problems.push(`The parameter ${name} is not the Application's to decide: ${environmentName(name)} in the sidecar decides it.`);
      else this.problems.push(`No parameter is named ${shown(name)}; ${suggestion(name, names)}`);
    }
  }

  /** The strictest of what the environment and the parameter say; what is wrong counts as the strictest there is. */
  choice(name: OptionName): string {
    const { choices, fallback } = optionOf(name);
    const worst = choices!.at(-1)!;
    const check = (what: string, value: string | undefined): string | undefined => {
      if (value === undefined || choices!.includes(value)) return value;
      this.problems.push(`${what} is ${shown(value)}; ${suggestion(value, choices!)}`);
      return worst;
    };
    const floor = check(environmentName(name), this.#environment(name)) ?? fallback!;
    const asked = check(`The parameter ${name}`, this.#string(name));
    if (asked === undefined) return floor;
    const value = strictest(name, [floor, asked]);
    if (value !== asked) this.notes.push(`The parameter ${name}: ${asked} does not count: this sidecar asks for ${floor} at least.`);
    return value;
  }

  /** What the environment says, else what the parameter says; a parameter that says otherwise is a problem. */
  text(name: OptionName): string | undefined {
    const fixed = this.#environment(name);
    const asked = this.#string(name);
    if (fixed !== undefined && asked !== undefined && fixed !== asked)
      this.problems.push(
        `The parameter ${name} says ${shown(asked)}, but ${environmentName(name)} in the sidecar says ${shown(fixed)}; remove the parameter.`,
      );
    return fixed ?? asked;
  }

  /** What the Application says that it deploys; undefined where it says nothing. */
  deployed(): Deployed | undefined {
    const [chartVersion, values] = [this.text('chart-version'), this.#string('values')];
    const valueFiles = this.#list('value-files');
    if (chartVersion === undefined) {
      if (values !== undefined || valueFiles.length > 0)
        this.problems.push(
          'The parameters values and value-files need chart-version beside them: the version that the Application deploys.',
        );
      return undefined;
    }
    return { chartVersion, valueFiles, ...(values !== undefined && { values }) };
  }

  number(name: OptionName): number {
    const { fallback, least, most } = optionOf(name);
    const text = this.#environment(name);
    const value = Number(text ?? fallback);
    if (text === undefined || (/^\d+(?:\.\d+)?$/.test(text) && value >= least! && value <= most!)) return value;
    this.problems.push(`${environmentName(name)} is ${shown(text)}; it must be a number from ${least} to ${most}.`);
    return Number(fallback);
  }

  /** An empty variable is as good as none: manifests write it to unset one. */
  #environment(name: OptionName): string | undefined {
    if (optionOf(name).by === 'parameters') return undefined;
    const text = this.#env[environmentName(name)]?.trim();
    return text === '' ? undefined : text;
  }

  #string(name: OptionName): string | undefined {
    const parameter = this.#parameters.get(name);
    if (parameter === undefined) return undefined;
    if (parameter.string === undefined) {
      this.problems.push(`The parameter ${name} must be a string: {name: ${name}, string: …}.`);
      return optionOf(name).choices?.at(-1);
    }
    const text = parameter.string.trim();
    return text === '' ? undefined : text;
  }

  #list(name: OptionName): readonly string[] {
    const parameter = this.#parameters.get(name);
    if (parameter === undefined) return [];
    if (parameter.array === undefined) this.problems.push(`The parameter ${name} must be a list: {name: ${name}, array: […]}.`);
    return parameter.array ?? [];
  }

  #refuseUnknownVariables(): void {
    const names = OPTIONS.filter(({ by }) => by !== 'parameters').map(({ name }) => environmentName(name));
    for (const name of Object.keys(this.#env)) {
      if (!name.startsWith('CILIUM_ALIGN_') || names.includes(name) || OF_A_SERVICE.test(name)) continue;
      this.problems.push(`The sidecar's environment sets ${shown(name)}, which is nothing; ${suggestion(name, names)}`);
    }
  }
}

function suggestion(written: string, names: readonly string[]): string {
  const close = nearest(written, names);
  return close === undefined ? `there is ${names.join(', ')}.` : `did you mean ${close}?`;
}

/** What somebody wrote, short enough for a message. */
function shown(text: string): string {
  return JSON.stringify(plainText(text, 60));
}

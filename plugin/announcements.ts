import { environmentName, OPTIONS } from './options.ts';

/** A parameter as Argo CD's user interface lists it. https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/#dynamic-parameter-announcements */
export interface ParameterAnnouncement {
  name: string;
  title: string;
  tooltip: string;
  collectionType: 'string' | 'array';
  string?: string;
}

/** Every parameter that an Application may set in this sidecar, with what counts where it sets nothing. */
export function announcements(env: NodeJS.ProcessEnv): ParameterAnnouncement[] {
  return OPTIONS.filter(({ by }) => by !== 'environment').map((option) => {
    const { name, title, tooltip, type, choices, fallback } = option;
    const floor = (option.by === 'both' && env[environmentName(name)]?.trim()) || fallback;
    return {
      name,
      title,
      tooltip: choices === undefined ? tooltip : `${tooltip} One of ${choices.join(', ')}; this sidecar asks for ${floor} at least.`,
      collectionType: type === 'list' ? 'array' : 'string',
      ...(floor !== undefined && { string: floor }),
    };
  });
}

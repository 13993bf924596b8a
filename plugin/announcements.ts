import { OPTIONS, type Option } from './options.ts';

/** A parameter as Argo CD's user interface lists it. https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/#static-parameter-announcements */
export interface ParameterAnnouncement {
  name: string;
  title: string;
  tooltip: string;
  collectionType: 'string' | 'array';
  string?: string;
}

/** Every parameter that an Application may set, with what counts where nobody sets it. */
export function announcements(): ParameterAnnouncement[] {
  const options: readonly Option[] = OPTIONS;
  return options
    .filter(({ by }) => by !== 'environment')
    .map(({ name, title, tooltip, type, choices, fallback }) => ({
      name,
      title,
      tooltip:
        choices === undefined
          ? tooltip
          : `${tooltip} One of ${choices.join(', ')}; the environment of the sidecar may ask for a stricter one.`,
      collectionType: type === 'list' ? 'array' : 'string',
      ...(fallback !== undefined && { string: fallback }),
    }));
}

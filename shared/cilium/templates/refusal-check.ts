import type { Tree } from '../../model.ts';
import { type ChartValues, TemplateError } from '../chart-values.ts';
import type { Condition, RefusalRule } from './fact-rule.ts';

/** A check: where the condition holds, the chart fails with these words. */
export function check(path: string, refused: Condition, message: string | ((values: ChartValues) => string), api?: string): RefusalRule {
  return {
    path,
    ...(api === undefined ? {} : { api }),
    refuses: (values) => (refused(values) ? (typeof message === 'string' ? message : message(values)) : undefined),
  };
}

/** `dig "a" "b" "" .Values.AsMap`: the node or nothing; a step through anything but a map is an error. */
export function dig(values: ChartValues, path: string): Tree | undefined {
  const segments = path.split('.');
  for (let depth = 1; depth < segments.length; depth++) {
    const above = values.find(segments.slice(0, depth).join('.'));
    if (above === undefined) return undefined;
    if (above.kind !== 'map') throw new TemplateError(path, `interface conversion: interface {} is not map[string]interface {}`);
  }
  return values.find(path);
}

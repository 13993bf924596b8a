import type { Tree } from '../../../model.ts';
import { at, isMap, itemsAt, textAt } from '../../../tree.ts';
import { type GoMap, Unknown } from '../../go-template/values.ts';

/** A label selector of Kubernetes over flat strings. What cannot be known counts as a match. */
export function matchesSelector(selector: Tree, labels: GoMap): boolean {
  const equals = at(selector, 'matchLabels');
  if (isMap(equals)) {
    for (const [key, wanted] of equals.entries) {
      const value = labels.get(key);
      if (value instanceof Unknown || wanted.kind === 'opaque') continue;
      if (wanted.kind !== 'scalar' || value === undefined || String(value) !== String(wanted.value)) return false;
    }
  }
  for (const expression of itemsAt(selector, 'matchExpressions')) {
    const value = labels.get(textAt(expression, 'key') ?? '');
    if (value instanceof Unknown) continue;
    const among = itemsAt(expression, 'values').some(
      (item) => item.kind === 'scalar' && value !== undefined && String(item.value) === String(value),
    );
    switch (textAt(expression, 'operator')) {
      case 'In':
        if (!among) return false;
        break;
      case 'NotIn':
        if (among) return false;
        break;
      case 'Exists':
        if (value === undefined) return false;
        break;
      case 'DoesNotExist':
        if (value !== undefined) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

import type { Mapping } from '../../model.ts';

/** The Application's `kustomize` block as `kustomize edit` writes it: single fields are replaced, lists grow. */
export function edited(tree: Mapping, edit: Mapping): Mapping {
  const entries = new Map(tree.entries);
  for (const key of ['namespace', 'namePrefix', 'nameSuffix']) {
    const value = edit.entries.get(key);
    if (value && !(value.kind === 'scalar' && (value.value === '' || value.value === null))) entries.set(key, value);
  }
  for (const key of ['patches', 'components', 'replicas']) {
    const [own, more] = [entries.get(key), edit.entries.get(key)];
    if (more?.kind === 'list') entries.set(key, own?.kind === 'list' ? { ...own, items: [...own.items, ...more.items] } : more);
  }
  const images = edit.entries.get('images');
  if (images?.kind === 'list')
    entries.set('images', {
      ...images,
      items: images.items.map((image) =>
        image.kind === 'scalar'
          ? {
              kind: 'map',
              entries: new Map([['name', { ...image, value: String(image.value).split(/[=:@]/)[0]! }]]),
              place: image.place,
              origin: 'set',
            }
          : image,
      ),
    });
  return { ...tree, entries };
}

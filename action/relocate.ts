import type { Cell, Place, Release, Report } from '../shared/model.ts';

/** The report of a folder inside a checkout, every file named from the checkout's root; `name` is what the report calls this repository where it compares two. */
export function relocate(report: Report, folder: string, name: string | undefined): Report {
  if (folder === '') return report;
  const start = name === undefined ? '' : `${name}:/`;
  const file = (path: string) => (path.startsWith(start) ? `${start}${folder}/${path.slice(start.length)}` : path);
  const place = <P extends Place>(of: P): P => ('file' in of ? { ...of, file: file(of.file) } : of);
  const cell = (of: Cell): Cell => ({ ...of, place: of.place && place(of.place) });
  const release = (of: Release): Release => ({
    ...of,
    place: place(of.place),
    files: of.files.map(file),
    layers: of.layers.map((layer) => ({ ...layer, place: place(layer.place) })),
  });
  return {
    ...report,
    clusters: report.clusters.map((cluster) => ({
      ...cluster,
      bootstrap: cluster.bootstrap && release(cluster.bootstrap),
      argocd: cluster.argocd && release(cluster.argocd),
      others: cluster.others.map((other) => ({ ...other, release: release(other.release) })),
      talos: cluster.talos && {
        ...cluster.talos,
        facts: Object.fromEntries(Object.entries(cluster.talos.facts).map(([fact, of]) => [fact, cell(of)])),
      },
      rows: cluster.rows.map((row) => ({ ...row, bootstrap: cell(row.bootstrap), argocd: cell(row.argocd) })),
    })),
    findings: report.findings.map((finding) => ({ ...finding, places: finding.places.map(place) })),
    unused: report.unused.map((unused) => ({ ...unused, file: file(unused.file) })),
  };
}

/** One parameter as the Application wrote it. */
export interface Parameter {
  name: string;
  string?: string;
  array?: string[];
}

/** Reads ARGOCD_APP_PARAMETERS, which Argo CD writes; `null` or nothing is no parameter. https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/#using-parameters-in-a-plugin */
export function readParameters(json: string | undefined): { parameters: Parameter[]; problem?: string } {
  if (json === undefined || json.trim() === '') return { parameters: [] };
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch {
    return { parameters: [], problem: 'ARGOCD_APP_PARAMETERS is no JSON; Argo CD writes it from the parameters of the Application.' };
  }
  if (read === null) return { parameters: [] };
  if (!Array.isArray(read) || !read.every(isParameter))
    return { parameters: [], problem: 'ARGOCD_APP_PARAMETERS is no list of parameters with a name each, which Argo CD would write.' };
  return { parameters: read };
}

function isParameter(value: unknown): value is Parameter {
  if (value === null || typeof value !== 'object') return false;
  const { name, string, array } = value as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    (string === undefined || typeof string === 'string') &&
    (array === undefined || (Array.isArray(array) && array.every((item) => typeof item === 'string')))
  );
}

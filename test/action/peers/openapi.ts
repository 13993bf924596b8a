import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Exchange } from './github.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
}

interface Operation {
  parameters?: Array<{ $ref: string } | Parameter>;
  requestBody?: { required?: boolean; content: Record<string, { schema: unknown }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: unknown }> }>;
}

interface Description {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

/** GitHub's description of its API, as far as the Action asks of it; scripts/github-api.ts makes the file. */
const description = JSON.parse(brotliDecompressSync(readFileSync(new URL('openapi.json.br', import.meta.url))).toString()) as Description;

// Formats are left alone: the emulator's addresses of bots hold brackets.
const ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: false, allErrors: true });
ajv.addSchema({ $id: 'github', ...description } as object);
const compiled = new Map<string, ValidateFunction>();

/** What the emulator is known to leave out of its answers: counts, and when anybody pushed to a repository that began empty. */
const missing = /required property '(?:network_count|subscribers_count)'|^\/pushed_at must be string/;

/** Answers that GitHub gives to everything, and describes nowhere. */
const undescribed = new Set([401, 403, 404, 422, 429, 500, 502, 503, 504]);

/** What is wrong with one exchange by GitHub's own description; nothing where it is legal and documented. */
export function faultsOf(exchange: Exchange): string[] {
  const { method, path, query, requestBody, status, responseBody, injected } = exchange;
  const about = `${method} ${path}${query}`;
  if (path === '/graphql') return [];
  const template = Object.keys(description.paths).find((each) => matches(each, path) && method.toLowerCase() in description.paths[each]!);
  if (template === undefined) return [`${about}: GitHub describes no such request, or scripts/github-api.ts does not list it`];
  const pointer = `github#/paths/${encoded(template)}/${method.toLowerCase()}`;
  const operation = description.paths[template]![method.toLowerCase()]!;
  const faults: string[] = [];

  const parameters = (operation.parameters ?? []).map((each, index) =>
    '$ref' in each ? { ...resolved(each.$ref), pointer: `github${each.$ref}` } : { ...each, pointer: `${pointer}/parameters/${index}` },
  );
  const given: Array<[where: string, name: string, value: string]> = [
    ...[...new URLSearchParams(query)].map(([name, value]): [string, string, string] => ['query', name, value]),
    ...template
      .split('/')
      .flatMap(
        (part, index): Array<[string, string, string]> =>
          part.startsWith('{') ? [['path', part.slice(1, -1), decodeURIComponent(path.split('/')[index]!)]] : [],
      ),
  ];
  for (const [where, name, value] of given) {
    const parameter = parameters.find((each) => each.name === name && each.in === where);
    if (parameter === undefined) faults.push(`unknown ${where} parameter ${name}`);
    else if (![value, asJson(value)].some((each) => validator(`${parameter.pointer}/schema`)(each)))
      faults.push(`${where} parameter ${name} is ${value}`);
  }

  const body = operation.requestBody?.content['application/json'];
  if (body === undefined) {
    if (requestBody !== undefined) faults.push('a body where there is none');
  } else if (requestBody === undefined) {
    if (operation.requestBody?.required === true) faults.push('no body');
  } else {
    const check = validator(`${pointer}/requestBody/content/application~1json/schema`);
    if (!check(requestBody)) faults.push(`body: ${ajv.errorsText(check.errors)}`);
    // The schemas are open, so that a misspelt key would pass.
    const known = Object.keys((body.schema as { properties?: object }).properties ?? {});
    for (const key of Object.keys(requestBody as object)) if (!known.includes(key)) faults.push(`body: unknown key ${key}`);
  }

  if (injected) return faults.map((fault) => `${about}: ${fault}`);
  const response = operation.responses[String(status)];
  if (response === undefined) {
    if (!undescribed.has(status)) faults.push(`status ${status} is not described`);
  } else if (status < 300 && responseBody !== undefined) {
    const content = response.$ref === undefined ? response.content : (resolved(response.$ref) as { content?: object }).content;
    if (content !== undefined && 'application/json' in content) {
      const check = validator(
        `${response.$ref === undefined ? `${pointer}/responses/${status}` : `github${response.$ref}`}/content/application~1json/schema`,
      );
      if (!check(responseBody)) {
        const unexpected = check.errors!.filter(({ instancePath, message }) => !missing.test(`${instancePath} ${message}`));
        if (unexpected.length > 0) faults.push(`answer: ${ajv.errorsText(unexpected.slice(0, 3))}`);
      }
    }
  }
  return faults.map((fault) => `${about}: ${fault}`);
}

function matches(template: string, path: string): boolean {
  const [wanted, parts] = [template.split('/'), path.split('/')];
  return (
    wanted.length === parts.length && wanted.every((part, index) => (part.startsWith('{') ? parts[index] !== '' : part === parts[index]))
  );
}

function resolved(reference: string): Parameter {
  const [, , kind, name] = reference.split('/') as [string, string, string, string];
  return description.components[kind]![name] as Parameter;
}

function encoded(text: string): string {
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function validator(reference: string): ValidateFunction {
  const known = compiled.get(reference);
  if (known !== undefined) return known;
  const made = ajv.compile({ $ref: reference });
  compiled.set(reference, made);
  return made;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

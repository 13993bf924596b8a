/**
 * Writes test/action/peers/openapi.json.br: GitHub's own description of the requests that the Action makes, out of the whole one.
 * That one comes with the package @octokit/openapi, which is too large to depend on:
 *
 *   npm pack @octokit/openapi && tar xf octokit-openapi-*.tgz
 *   node scripts/github-api.ts package/generated/api.github.com.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

/** What the Action may ask; the tests refuse everything else. */
const requests = [
  'get /repos/{owner}/{repo}',
  'get /repos/{owner}/{repo}/commits/{ref}',
  'get /repos/{owner}/{repo}/compare/{basehead}',
  'get /repos/{owner}/{repo}/git/commits/{commit_sha}',
  'get /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'post /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'delete /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'patch /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'get /repos/{owner}/{repo}/pulls',
  'get /repos/{owner}/{repo}/pulls/{pull_number}',
  'get /repos/{owner}/{repo}/tarball/{ref}',
  'get /user',
];

/** Says nothing about what is valid. */
const words = new Set(['description', 'example', 'examples', 'externalDocs', 'summary', 'tags', 'title', 'deprecated', 'servers']);

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;
type Description = {
  info: { version: string };
  paths: Record<string, Record<string, Json>>;
  components: Record<string, Record<string, Json>>;
};

/** Without words, and `nullable` as JSON Schema says it. `named`: the keys are names, not words. */
function pruned(value: Json, named = false): Json {
  if (Array.isArray(value)) return value.map((item) => pruned(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (!named && (words.has(key) || key.startsWith('x-') || key === 'nullable')) continue;
    kept[key] = pruned(item, !named && (key === 'properties' || key === 'schemas'));
  }
  if (!named && value.nullable === true) {
    if (typeof kept.type === 'string') kept.type = [kept.type, 'null'];
    if (Array.isArray(kept.enum) && !kept.enum.includes(null)) kept.enum.push(null);
    if (kept.type === undefined) return { anyOf: [kept, { type: 'null' }] };
  }
  return kept;
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Give the path of api.github.com.json; the top of this file says where it comes from.');
const whole = JSON.parse(readFileSync(file, 'utf8')) as Description;
const kept: Description = { info: { version: whole.info.version }, paths: {}, components: {} };
for (const request of requests) {
  const [method, path] = request.split(' ') as [string, string];
  const { [method]: operation, parameters } = whole.paths[path] ?? {};
  if (operation === undefined) throw new Error(`GitHub describes no ${request}`);
  kept.paths[path] = {
    ...kept.paths[path],
    ...(parameters === undefined ? {} : { parameters: pruned(parameters) }),
    [method]: pruned(operation),
  };
}
for (let grown = true; grown; ) {
  grown = false;
  for (const [, kind, name] of JSON.stringify(kept).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
    if (kept.components[kind!]?.[name!] !== undefined || kind === 'examples') continue;
    const { [kind!]: group = {} } = kept.components;
    kept.components[kind!] = { ...group, [name!]: pruned(whole.components[kind!]![name!]!) };
    grown = true;
  }
}
const text = JSON.stringify(kept);
const target = new URL('../test/action/peers/openapi.json.br', import.meta.url);
writeFileSync(target, brotliCompressSync(text));
console.log(`${requests.length} requests, ${Object.values(kept.components).flatMap(Object.keys).length} parts, ${text.length} characters`);

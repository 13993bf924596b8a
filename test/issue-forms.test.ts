import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const folder = join(import.meta.dirname, '../.github/ISSUE_TEMPLATE');
const forms = readdirSync(folder).filter((name) => name !== 'config.yml');

const id = z.string().regex(/^[A-Za-z0-9_-]+$/);
const validations = z.strictObject({ required: z.boolean() }).optional();
const asked = { label: z.string().min(1), description: z.string().optional() };
const typed = { ...asked, placeholder: z.string().optional(), value: z.string().optional() };

// What GitHub takes: https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
const form = z.strictObject({
  name: z.string().min(3),
  description: z.string().min(3).max(200),
  title: z.string().optional(),
  labels: z.array(z.string()).optional(),
  body: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: z.string() }) }),
        z.strictObject({ type: z.literal('input'), id, attributes: z.strictObject(typed), validations }),
        z.strictObject({
          type: z.literal('textarea'),
          id,
          attributes: z.strictObject({ ...typed, render: z.string().optional() }),
          validations,
        }),
        z.strictObject({
          type: z.literal('dropdown'),
          id,
          attributes: z.strictObject({ ...asked, options: z.array(z.string()).min(1) }),
          validations,
        }),
      ]),
    )
    .min(1),
});

describe.each(forms)('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const { body } = form.parse(parse(text));

  it('asks each thing once', () => {
    const ids = body.flatMap((field) => ('id' in field ? [field.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    const labels = body.flatMap((field) => ('label' in field.attributes ? [field.attributes.label] : []));
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('asks for the report without secrets, and for what it was made of', () => {
    expect(text).toContain('npx cilium-align --format json');
    expect(text).toMatch(/secrets? (are left out|out)/);
    for (const of of ['Cilium', 'Talos', 'Version of cilium-align']) expect(text).toContain(of);
  });
});

it('leads holes to where nobody reads along', () => {
  const { contact_links: links } = parse(readFileSync(join(folder, 'config.yml'), 'utf8')) as { contact_links: Record<string, string>[] };
  for (const link of links) expect(Object.keys(link).sort()).toEqual(['about', 'name', 'url']);
  expect(links.map(({ url }) => url)).toContain('https://github.com/cilium-align/cilium-align/security/advisories/new');
});

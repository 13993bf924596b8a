import { parseAllDocuments } from 'yaml';

export type Values = Record<string, unknown>;

/** The first document of a text, as plain data. */
export const parseYaml = (text: string): unknown => parseAllDocuments(text)[0]?.toJS();
/** Whether it is a map or list with one of these keys. */
export const has = (value: unknown, ...keys: string[]): boolean =>
  value !== null && typeof value === 'object' && keys.some((key) => Object.hasOwn(value, key));
/** Whether it is a map with no other keys than these. */
export const only = (value: unknown, keys: readonly string[]): boolean =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).every((key) => keys.includes(key));
/** Whether it is a list, and each item of it has one of these keys. */
export const isListOf = (value: unknown, ...keys: string[]): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => has(item, ...keys));
/** Every line further to the right. */
export const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));

/** Lower case, everything but letters, digits, `-` and `.` becomes `-`, at most 253 characters, alphanumeric at both ends. */
export function normalizeName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, 253)
    .replace(/^[-_.]+|[-_.]+$/g, '');
}

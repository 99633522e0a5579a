/** The same settings in the order of their keys, so that a diff of two plans shows only real change. */
export function sortByKey(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

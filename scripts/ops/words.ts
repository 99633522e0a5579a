/** The first few of a list in words, and how many are left out: a thousand topics must not become a thousand lines. */
export function few(items: readonly string[], separator = ", ", limit = 3): string {
  const shown = items.slice(0, limit).join(separator);
  return items.length > limit ? `${shown}${separator}and ${items.length - limit} more` : shown;
}

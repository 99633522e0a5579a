/** The keys that lead to a place in an object. */
export type Path = readonly (string | number)[];

/** As Pulumi writes it: `spec.ports[0].port`, `metadata.annotations["example.com/one"]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    if (/[."[\]]/.test(key)) return `${text}["${key.replaceAll('"', '\\"')}"]`;
    return text ? `${text}.${key}` : key;
  }, "");
}

/** The reverse. `[*]` stands for every element. */
export function parsePath(text: string): Path {
  const keys = text.matchAll(/\[(?:"((?:[^"\\]|\\.)*)"|(\d+)|\*)\]|([^.[\]]+)/g);
  return [...keys].map(([found, quoted, index, name]) => {
    if (index !== undefined) return Number(index);
    return quoted?.replaceAll('\\"', '"') ?? name ?? (found === "[*]" ? "*" : "");
  });
}

/** Whether `path` is `place` or lies in it. */
export function lies(path: Path, place: Path): boolean {
  return place.length <= path.length && place.every((key, index) => key === "*" || String(key) === String(path[index]));
}

import { GiB, MiB } from "../../../../capacity/units.ts";

/** Bytes as Kubernetes writes them, in the largest binary unit that has a whole number of them. */
export function quantity(bytes: number): string {
  if (bytes % GiB === 0) return `${bytes / GiB}Gi`;
  return bytes % MiB === 0 ? `${bytes / MiB}Mi` : String(bytes);
}

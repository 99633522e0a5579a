import { GiB, MiB } from "../../../capacity/units.ts";
import { parseQuantity } from "../../../toolchain/quantity.ts";

/** Cores in thousandths, as the scheduler counts them: rounded up. */
export const parseCpuMillis = (text: string | undefined): number =>
  Math.ceil(Number((parseQuantity(text) * 1000).toFixed(6)));

/** Bytes as Kubernetes writes them, in the largest binary unit that has a whole number of them. */
export function quantity(bytes: number): string {
  if (bytes % GiB === 0) return `${bytes / GiB}Gi`;
  return bytes % MiB === 0 ? `${bytes / MiB}Mi` : String(bytes);
}

import { MiB, printBytes } from "../../../capacity/units.ts";
import type { Check } from "./check.ts";

/** Below this the JVM itself has no room beside the heap, and the kernel kills it under load. */
const BESIDE_HEAP = 256 * MiB;

const heapFits = (section: "brokers" | "controllers" | "zookeeper"): Check => ({
  reads: ["preset", "kafka.mode", `${section}.heap`, `${section}.memory`],
  *run(spec, file) {
    const size = spec[section];
    if (!size || file[section]?.memory === undefined || size.memoryBytes >= size.heapBytes + BESIDE_HEAP) return;
    yield {
      path: [section, "memory"],
      message: `wanted at least ${printBytes(BESIDE_HEAP)} more than the heap of ${printBytes(size.heapBytes)}, found ${printBytes(size.memoryBytes)}`,
      next: `write ${printBytes(size.heapBytes + BESIDE_HEAP)} or more, or lower ${section}.heap`,
    };
  },
});

export const memoryChecks: readonly Check[] = [heapFits("brokers"), heapFits("controllers"), heapFits("zookeeper")];

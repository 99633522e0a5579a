import { CATALOG } from "../../../capacity/catalog.ts";
import { PRESETS } from "../../../capacity/presets.ts";
import { formatBytes, formatRate } from "../../../capacity/units.ts";
import { digits } from "./figures.ts";
import { table } from "./layout.ts";

/** For a program: all that is known of the presets and the classes. */
export const lists = () => ({ schemaVersion: 1, presets: PRESETS, classes: CATALOG }) as const;

/** What `--preset` and `--class` take. */
export function listsText(width: number): string {
  const presets = Object.entries(PRESETS).map(([name, { purpose }]) => [name, purpose]);
  const classes = Object.values(CATALOG).map(({ name, provider, cores, memoryBytes, networkBytesPerSec, disk }) => [
    name,
    provider,
    digits(cores),
    formatBytes(memoryBytes),
    formatRate(networkBytesPerSec),
    formatRate(disk.bytesPerSec),
    formatBytes(disk.sizeBytes),
    disk.kind,
  ]);
  const columns = [
    { head: "CLASS" },
    { head: "PROVIDER" },
    { head: "VCPU", align: "right" },
    { head: "MEMORY", align: "right" },
    { head: "NETWORK", align: "right" },
    { head: "DISK RATE", align: "right" },
    { head: "DISK", align: "right" },
    { head: "" },
  ] as const;
  const lines = [...table([{ head: "PRESET" }, { head: "FOR" }], presets, width), "", ...table(columns, classes)];
  return `${lines.join("\n")}\n`;
}

import type { MachineClass } from "../machine.ts";
import { parseBytes, parseRate } from "../units.ts";

/** What the machines of one family have in common. */
export type Family = Pick<MachineClass, "provider" | "source"> & { readonly disk: MachineClass["disk"]["kind"] };

/** One machine in the units of its data sheet. */
export type Row = readonly [
  name: string,
  cores: number,
  memory: string,
  network: string,
  diskRate: string,
  diskSize: string,
];

/** A family's data sheet as machine classes. @throws UnitError for a figure without its unit */
export const machines = ({ provider, source, disk: kind }: Family, rows: readonly Row[]): readonly MachineClass[] =>
  rows.map(([name, cores, memory, network, diskRate, diskSize]) => ({
    name,
    provider,
    cores,
    memoryBytes: parseBytes(memory),
    networkBytesPerSec: parseRate(network),
    disk: { kind, bytesPerSec: parseRate(diskRate), sizeBytes: parseBytes(diskSize) },
    source,
  }));

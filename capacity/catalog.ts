/** Machine classes to size for: common ones with their sellers' published figures, and one given by hand. */
import { AWS } from "./catalog/aws.ts";
import { AZURE } from "./catalog/azure.ts";
import { GOOGLE } from "./catalog/google.ts";
import { OWN } from "./catalog/own.ts";
import { CapacityError, type CapacityFault } from "./errors.ts";
import type { MachineClass } from "./machine.ts";

/** Every class by its name. It has no prototype: a name that was typed in finds a class or nothing. */
export const CATALOG: Readonly<Record<string, MachineClass>> = byName([...OWN, ...AWS, ...GOOGLE, ...AZURE]);

export const DISK_KINDS = ["nvme", "ssd", "hdd", "network"] as const satisfies readonly MachineClass["disk"]["kind"][];

/** What a machine of one's own is; rates for good, not in bursts. */
export interface CustomMachine {
  /** vCPUs; a fraction for a share of one. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly networkBytesPerSec: number;
  readonly diskBytesPerSec: number;
  readonly diskSizeBytes: number;
  /** `ssd` unless given. */
  readonly diskKind?: string | undefined;
}

/** A class named `custom`. @throws CapacityError with everything that is wrong. */
export function customMachine(given: CustomMachine): MachineClass {
  const { cores, memoryBytes, networkBytesPerSec, diskBytesPerSec, diskSizeBytes, diskKind = "ssd" } = given;
  const kind = DISK_KINDS.find((name) => name === diskKind);
  const faults = Object.entries({ cores, memoryBytes, networkBytesPerSec, diskBytesPerSec, diskSizeBytes }).flatMap(
    ([key, value]) => faultOf(key, value),
  );
  if (!kind) faults.push({ key: "diskKind", message: `wanted ${DISK_KINDS.join(", ")}, found ${diskKind}` });
  if (faults.length > 0 || !kind) throw new CapacityError(faults);
  return {
    name: "custom",
    provider: "custom",
    cores,
    memoryBytes,
    networkBytesPerSec,
    disk: { kind, bytesPerSec: diskBytesPerSec, sizeBytes: diskSizeBytes },
    source: "given by hand",
  };
}

/** Bytes below 2^53 are counted exactly. */
function faultOf(key: string, value: number | undefined): CapacityFault[] {
  if (value !== undefined && value > 0 && value <= Number.MAX_SAFE_INTEGER) return [];
  return [{ key, message: `wanted a figure above 0, found ${value ?? "nothing"}` }];
}

function byName(classes: readonly MachineClass[]): Readonly<Record<string, MachineClass>> {
  const catalog: Record<string, MachineClass> = Object.create(null);
  for (const machine of classes) catalog[machine.name] = Object.freeze(machine);
  return Object.freeze(catalog);
}

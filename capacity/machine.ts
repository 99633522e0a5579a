/** A kind of broker machine, as its seller or maker states it. */
export interface MachineClass {
  readonly name: string;
  readonly provider: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** What the network carries for good in each direction, not in bursts; bytes per second. */
  readonly networkBytesPerSec: number;
  readonly disk: {
    readonly kind: "nvme" | "ssd" | "hdd" | "network";
    /** Sequential reading and writing together, for good; bytes per second. */
    readonly bytesPerSec: number;
    /** Of one broker. */
    readonly sizeBytes: number;
  };
  /** Where the figures come from. */
  readonly source: string;
}

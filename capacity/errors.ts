export interface CapacityFault {
  /** Name of the workload's property, or of the resource that cannot be had. */
  readonly key: string;
  /** What was wanted and what was found. */
  readonly message: string;
  readonly next?: string;
}

/** A workload that makes no sense, or that no number of brokers of the class can carry. All faults at once. */
export class CapacityError extends Error {
  override readonly name = "CapacityError";
  readonly faults: readonly CapacityFault[];

  constructor(faults: readonly CapacityFault[]) {
    super(faults.map(({ key, message, next }) => `${key}: ${message}${next ? `; ${next}` : ""}`).join("\n"));
    this.faults = faults;
  }
}

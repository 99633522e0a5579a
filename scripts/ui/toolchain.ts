import { ensureToolchain, type Toolchain } from "../../toolchain/ensure.ts";
import { stderrProgress } from "../../toolchain/progress.ts";

/** Gets what is missing on this machine, with a line for every step that does something. */
export function prepareMachine(kafkaVersion: string, yes: boolean): Promise<Toolchain> {
  return ensureToolchain({ kafkaVersion, yes, progress: stderrProgress });
}

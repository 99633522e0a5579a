import { dirname } from "node:path";
import { ensureKafkaLibs } from "./kafka.ts";
import { JAVA, requireTool } from "./prerequisites.ts";
import type { Progress, Setup } from "./progress.ts";
import { ensurePulumi } from "./pulumi.ts";

export { locatePulumi } from "./pulumi.ts";

/** Everything that a local cluster needs from the machine, by absolute path. */
export interface Toolchain {
  /** The Pulumi CLI itself. */
  readonly pulumi: string;
  /** Its directory; the official language host is there too, if it was downloaded. */
  readonly pulumiBinDir: string;
  readonly java: string;
  readonly javaMajor: number;
  /** Directory of jars: see `classPath` in `kafka.ts`. */
  readonly kafkaLibs: string;
}

export interface ToolchainRequest {
  readonly kafkaVersion: string;
  /** Install missing system packages without asking (Debian and Ubuntu, as root). */
  readonly yes: boolean;
  readonly progress: Progress;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds every tool, and gets what is missing. With everything in place it costs some tens of milliseconds and says
 * nothing. Java comes first: its absence is found out before minutes are spent on the rest.
 */
export async function ensureToolchain(request: ToolchainRequest): Promise<Toolchain> {
  const { env = process.env, yes, progress, signal } = request;
  const setup: Setup = { env, yes, progress, signal };
  const java = await requireTool(JAVA, setup);
  const kafkaLibs = await ensureKafkaLibs(request.kafkaVersion, setup);
  const pulumi = await ensurePulumi(setup);
  return {
    pulumi,
    pulumiBinDir: dirname(pulumi),
    java: java.path,
    javaMajor: Number.parseInt(java.version, 10),
    kafkaLibs,
  };
}

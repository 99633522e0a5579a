import type Docker from "dockerode";
import { DATA_ROOT } from "../../container/node.ts";
import type { EngineTraits } from "../render.ts";
import { runThrowaway } from "../throwaway.ts";

/** What an engine lets its containers have. */
export interface Survey extends EngineTraits {
  /** Free on the disk where volumes lie. */
  readonly freeBytes: number;
}

/** `healthcheck.startInterval` came with Docker 25. */
const START_INTERVAL_API = "1.44";

/** Kafka's own advice for a broker with many partitions (operations guide, "OS"). */
const OPEN_FILES = 100_000;

/** Asks from inside a container of the image, which ends at once and leaves nothing. */
export async function surveyEngine(docker: Docker, image: string, signal: AbortSignal): Promise<Survey> {
  const script = `ulimit -Hn; df -Pk ${DATA_ROOT}/data | tail -n 1`;
  const [{ code, stdout, stderr }, { ApiVersion }] = await Promise.all([
    runThrowaway(docker, { image, script, network: "none", signal }),
    docker.version(),
  ]);
  const found = parseSurvey(stdout);
  const startInterval = ApiVersion.localeCompare(START_INTERVAL_API, "en", { numeric: true }) >= 0;
  if (code === 0 && found) return { ...found, startInterval };
  throw new Error(`image ${image} is not of the layout of apache/kafka: ${(stderr || stdout).trim()}`);
}

/** Two lines: the limit, and what `df -Pk` says of the data directory. Pure. */
export function parseSurvey(text: string): Omit<Survey, "startInterval"> | undefined {
  const [limit = "", disk = ""] = text.trim().split(/\r?\n/);
  const freeKiB = Number(disk.trim().split(/\s+/)[3]);
  if (!/^(\d+|unlimited)$/.test(limit) || !Number.isFinite(freeKiB)) return undefined;
  const openFiles = limit === "unlimited" ? OPEN_FILES : Math.min(OPEN_FILES, Number(limit));
  return { openFiles, freeBytes: freeKiB * 1024 };
}

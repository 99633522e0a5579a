import type Docker from "dockerode";
import { DATA_ROOT } from "../render.ts";
import { runThrowaway } from "../throwaway.ts";

/** What only a container on the engine can tell. */
export interface Survey {
  /** Most open files that the engine lets a container have by itself. */
  readonly openFiles: number;
  /** Free on the disk where volumes lie. */
  readonly freeBytes: number;
}

/** Kafka's own advice for a broker with many partitions (operations guide, "OS"). */
const OPEN_FILES = 100_000;

/** Asks from inside a container of the image that ends at once and leaves nothing. */
export async function surveyEngine(docker: Docker, image: string, signal: AbortSignal): Promise<Survey> {
  const script = `ulimit -Hn; df -Pk ${DATA_ROOT}/data | tail -n 1`;
  const { code, stdout, stderr } = await runThrowaway(docker, { image, script, network: "none", signal });
  const survey = parseSurvey(stdout);
  if (code === 0 && survey) return survey;
  throw new Error(`image ${image} is not of the layout of apache/kafka: ${(stderr || stdout).trim()}`);
}

/** Two lines: the limit, and what `df -Pk` says of the data directory. Pure. */
export function parseSurvey(text: string): Survey | undefined {
  const [limit = "", disk = ""] = text.trim().split(/\r?\n/);
  const freeKiB = Number(disk.trim().split(/\s+/)[3]);
  if (!/^(\d+|unlimited)$/.test(limit) || !Number.isFinite(freeKiB)) return undefined;
  const openFiles = limit === "unlimited" ? OPEN_FILES : Math.min(OPEN_FILES, Number(limit));
  return { openFiles, freeBytes: freeKiB * 1024 };
}

import type Docker from "dockerode";
import { ensureImageArchive } from "../../toolchain/image/archive.ts";
import { loadImage } from "../../toolchain/image/load.ts";
import { stderrProgress } from "../../toolchain/progress.ts";
import { findEngine } from "../helpers/docker.ts";
import { type Goal, goal } from "./measure.ts";
import type { Benchmark, Session } from "./session.ts";

/** The newest release of each mode's line. */
const KAFKA_VERSIONS = ["4.3.1", "3.9.2"];
const AT_MOST_MB = 250;

export const imageSize: Benchmark = {
  name: "image-size",
  description: "the images that are made without a registry, as the engine counts them",
  skip: async () => (await findEngine()).skip,
  async measure(session) {
    const { docker } = await findEngine();
    const goals: Goal[] = [];
    for (const version of KAFKA_VERSIONS) goals.push(await sizeOf(version, docker, session));
    return { series: [], goals, notes: ["unpacked, in millions of bytes; the images stay on the engine"] };
  },
};

async function sizeOf(kafkaVersion: string, docker: Docker, { signal, say }: Session): Promise<Goal> {
  const setup = { env: process.env, yes: false, progress: stderrProgress };
  const image = await ensureImageArchive({ kafkaVersion, setup, signal });
  await loadImage(docker, image, say, signal);
  const { Size } = await docker.getImage(image.reference).inspect();
  return goal(`image of Kafka ${kafkaVersion}`, "MB", Math.round(Size / 1e6), { atMost: AT_MOST_MB });
}

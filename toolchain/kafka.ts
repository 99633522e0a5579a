import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../infra/errors.ts";
import { fillCache, fromCache } from "./cache.ts";
import { allOnPath } from "./find.ts";
import { cacheHome, PROJECT_ROOT } from "./places.ts";
import { MAVEN, requireTool } from "./prerequisites.ts";
import { run } from "./process.ts";
import { type Setup, step } from "./progress.ts";
import { firstOf, type Source } from "./sources.ts";

const POMS = join(PROJECT_ROOT, "toolchain", "kafka");

/** The Kafka versions whose libraries the project pins. */
export function pinnedKafkaVersions(): string[] {
  return readdirSync(POMS).sort();
}

/** Directory of Kafka's jars (with ZooKeeper's for 3.9): of an installation on PATH, cached, or got by Maven. */
export async function ensureKafkaLibs(kafkaVersion: string, setup: Setup, resolveJars = mavenJars): Promise<string> {
  if (!pinnedKafkaVersions().includes(kafkaVersion)) {
    throw new UserError(
      `the libraries of Kafka ${kafkaVersion} are not pinned; found ${pinnedKafkaVersions().join(", ")} in toolchain/kafka`,
      "set kafka.version to one of these",
      2,
    );
  }
  const pom = join(POMS, kafkaVersion, "pom.xml");
  // A changed pom is another cache entry, so switching branches does not rebuild to and fro.
  const pomHash = createHash("sha256").update(readFileSync(pom)).digest("hex").slice(0, 8);
  const directory = join(cacheHome(setup.env), "kafka", `${kafkaVersion}-${pomHash}`);
  const sources: Source[] = [
    { name: "PATH", get: async () => installedLibs(kafkaVersion, setup.env) ?? { no: `no Kafka ${kafkaVersion}` } },
    {
      name: directory,
      get: async () => (await fromCache(directory, setup.progress)) ?? { no: "not there, or damaged" },
    },
    {
      name: "Maven",
      async get() {
        await fillCache(
          directory,
          setup.progress,
          (aside) => resolveJars(pom, aside, kafkaVersion, setup),
          setup.signal,
        );
        return directory;
      },
    },
  ];
  return firstOf(`Kafka ${kafkaVersion}`, sources, setup);
}

/** `libs` of an unpacked Kafka distribution whose `bin` is on PATH. */
function installedLibs(kafkaVersion: string, env: NodeJS.ProcessEnv): string | undefined {
  return [...allOnPath("kafka-server-start.sh", env), ...allOnPath("kafka-server-start", env)]
    .map((script) => join(dirname(dirname(realpathSync(script))), "libs"))
    .find((libs) => existsSync(join(libs, `kafka_2.13-${kafkaVersion}.jar`)));
}

async function mavenJars(pom: string, aside: string, kafkaVersion: string, setup: Setup): Promise<void> {
  const maven = await requireTool(MAVEN, setup);
  await step(
    setup.progress,
    `get Kafka ${kafkaVersion} with Maven`,
    "about 60 jars (50 MB) that every node runs from",
    async (say) => {
      const args = ["-B", "-C", "-f", pom, "dependency:copy-dependencies", "-DincludeScope=runtime"];
      await run(maven.path, [...args, `-DoutputDirectory=${aside}`], { env: setup.env, say, signal: setup.signal });
    },
  );
}

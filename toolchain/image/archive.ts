import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../infra/errors.ts";
import { fillCache, fromCache } from "../cache.ts";
import { classPath } from "../class-path.ts";
import { ensureKafkaLibs, pinnedKafkaVersions } from "../kafka.ts";
import { isIntact } from "../manifest.ts";
import { cacheHome, PROJECT_ROOT } from "../places.ts";
import { run } from "../process.ts";
import { note, type Setup, step } from "../progress.ts";
import { architecture } from "./architecture.ts";
import { type Base, ensureBase, knownBase } from "./base.ts";
import { makeClassArchives } from "./class-archive.ts";
import { type Entry, writeTar } from "./layer.ts";
import { type Layer, writeImage } from "./oci.ts";
import * as recipe from "./recipe.ts";
import { entriesOf } from "./tree.ts";

export interface ImageRequest {
  readonly kafkaVersion: string;
  readonly setup: Setup;
  readonly signal?: AbortSignal;
}

/** An image in one file, which every Docker engine and containerd can load. */
export interface ImageArchive {
  /** Path of the file. */
  readonly archive: string;
  /** `kafka-stacks/kafka:<Kafka version>-<hash of what it is made of>`: the same inputs, the same reference. */
  readonly reference: string;
  /** `sha256:…`, as Docker engines name it. */
  readonly imageId: string;
  /** `sha256:…`, as containerd names it, and Docker engines that keep their images there. */
  readonly manifestDigest: string;
  readonly architecture: string;
  /** Of the file, in bytes. */
  readonly size: number;
  /** Without it nodes start more slowly; see `makeClassArchives`. */
  readonly hasClassArchive: boolean;
  /** How often they were tried to make; absent: once. Without them the next request tries again. */
  readonly classArchiveAttempts?: number;
  readonly layers: readonly { readonly what: string; readonly digest: string; readonly size: number }[];
}

/** What the layer is called whose bytes depend on chance. */
export const CLASSES = "class archives";

const RECORD = "image.json";
const ARCHIVE = "image.tar";

/**
 * Makes an image of the layout of apache/kafka without asking a registry, in three layers:
 *
 * 1. Debian's C library, shell and small tools, and a Java runtime: the same for every Kafka version;
 * 2. Kafka's libraries, as Maven has them;
 * 3. class archives of the two. What a JVM writes there differs in some bytes from run to run, so the image's id may
 *    differ where two machines make it; the reference and the other layers do not.
 *
 * All of it is kept in the cache: with everything in place this takes milliseconds and starts nothing.
 */
export async function ensureImageArchive({ kafkaVersion, setup, signal }: ImageRequest): Promise<ImageArchive> {
  pomOf(kafkaVersion);
  const known = knownBase(setup.env);
  const there = known && (await fromCache(directoryOf(kafkaVersion, known, setup.env), setup.progress));
  const found = there === undefined ? undefined : await recorded(there);
  const attempt = found ? attemptsOf(found) + 1 : 1;
  if (found && isEnough(found, attempt)) return found;
  const base = await ensureBase(setup, signal);
  const directory = directoryOf(kafkaVersion, base, setup.env);
  const kafkaLibs = await ensureKafkaLibs(kafkaVersion, { ...setup, env: withoutKafka(setup.env), signal });
  const make = (aside: string) =>
    step(setup.progress, `make the image of Kafka ${kafkaVersion}`, "containers start from it", (say) =>
      makeImage({
        ...{ kafkaVersion, kafkaLibs, base, aside, directory, setup, say, signal },
        attempt,
      }),
    );
  // What another process has made meanwhile is enough.
  const isDone = async () => (await isIntact(directory)) && isEnough(await recorded(directory), attempt);
  await fillCache(directory, setup.progress, make, signal, isDone);
  return recorded(directory);
}

/** A machine that was busy may have had no time for the class archives; one that can make none is not asked for ever. */
const MOST_ATTEMPTS = 5;

const attemptsOf = ({ classArchiveAttempts = 1 }: ImageArchive): number => classArchiveAttempts;

function isEnough(image: ImageArchive, attempt: number): boolean {
  return image.hasClassArchive !== false || attemptsOf(image) >= Math.min(attempt, MOST_ATTEMPTS);
}

async function recorded(directory: string): Promise<ImageArchive> {
  return { ...JSON.parse(await readFile(join(directory, RECORD), "utf8")), archive: join(directory, ARCHIVE) };
}

/** The image's reference, if that is known without making anything; reads two small files. */
export function imageReference(kafkaVersion: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const base = knownBase(env);
  return base === undefined ? undefined : referenceOf(kafkaVersion, base);
}

function referenceOf(kafkaVersion: string, base: Pick<Base, "digest">): string {
  const inputs = JSON.stringify([recipe.RECIPE, base.digest, pomOf(kafkaVersion)]);
  return `kafka-stacks/kafka:${kafkaVersion}-${createHash("sha256").update(inputs).digest("hex").slice(0, 12)}`;
}

/** What pins Kafka's libraries. */
function pomOf(kafkaVersion: string): string {
  const known = pinnedKafkaVersions();
  if (known.includes(kafkaVersion))
    return readFileSync(join(PROJECT_ROOT, "toolchain", "kafka", kafkaVersion, "pom.xml"), "utf8");
  throw new UserError(
    `an image can be made of Kafka ${known.join(" or ")}, whose libraries are pinned; wanted ${kafkaVersion}`,
    `set kafka.version to one of these, or name an image that your engine can pull (docker.image: apache/kafka:${kafkaVersion})`,
    2,
  );
}

function directoryOf(kafkaVersion: string, base: Base, env: NodeJS.ProcessEnv): string {
  return join(cacheHome(env), "image", referenceOf(kafkaVersion, base).split(":")[1] ?? kafkaVersion);
}

/** A Kafka that is installed here has other jars than Maven's; an image must be the same on every machine. */
function withoutKafka(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const hasKafka = (directory: string) =>
    ["kafka-server-start.sh", "kafka-server-start"].some((name) => existsSync(join(directory, name)));
  const directories = (env.PATH ?? "").split(delimiter).filter((directory) => !hasKafka(directory));
  return { ...env, PATH: directories.join(delimiter) };
}

interface Making {
  readonly kafkaVersion: string;
  readonly kafkaLibs: string;
  readonly base: Base;
  readonly aside: string;
  readonly directory: string;
  readonly setup: Setup;
  readonly say: (detail: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly attempt: number;
}

async function makeImage(making: Making): Promise<void> {
  const { kafkaVersion, base, aside, signal, attempt } = making;
  const work = join(aside, "work");
  await mkdir(join(work, "root"), { recursive: true });
  try {
    const kafka = await kafkaLayer(making, work);
    const below = [{ ...base, what: "Debian and Java" }, kafka];
    const classes = await classLayer(making, work, below);
    signal?.throwIfAborted();
    making.say("writing the image");
    const layers = classes === undefined ? below : [...below, classes];
    const reference = referenceOf(kafkaVersion, base);
    const packages = base.packages.map(({ name, version }) => `${name}=${version}`);
    const described = { reference, kafkaVersion, architecture: architecture(), layers, packages };
    const { imageId, manifestDigest, size } = await writeImage(described, join(aside, ARCHIVE));
    const record: Omit<ImageArchive, "archive"> = {
      reference,
      imageId,
      manifestDigest,
      architecture: described.architecture,
      size,
      hasClassArchive: classes !== undefined,
      ...(attempt > 1 && { classArchiveAttempts: attempt }),
      layers: layers.map(({ what, digest, size }) => ({ what, digest, size })),
    };
    await writeFile(join(aside, RECORD), JSON.stringify(record));
  } finally {
    await rm(work, { recursive: true });
  }
}

async function kafkaLayer({ kafkaVersion, kafkaLibs, base }: Making, work: string): Promise<Layer> {
  const tar = join(work, "kafka.tar");
  const jars = classPath(kafkaLibs).split(":");
  const entries = jars.map((from): Entry => {
    const path = `${recipe.LIBS}/${from.slice(kafkaLibs.length + 1)}`;
    return { kind: "file", path, from, mode: 0o644, size: statSync(from).size };
  });
  const bill = {
    kafka: kafkaVersion,
    java: base.javaRelease,
    packages: base.packages,
    jars: await Promise.all(
      jars.map(async (jar) => ({ name: jar.slice(kafkaLibs.length + 1), sha256: await hash(jar) })),
    ),
  };
  const text: Entry = { kind: "text", path: recipe.BILL_OF_MATERIALS, text: `${JSON.stringify(bill, null, 1)}\n` };
  return { ...(await writeTar([...entries, text], tar)), tar, what: `Kafka ${kafkaVersion}` };
}

async function classLayer(making: Making, work: string, below: readonly Layer[]): Promise<Layer | undefined> {
  const { kafkaVersion, kafkaLibs, directory, setup, say, signal, attempt } = making;
  const root = join(work, "root");
  for (const { tar } of below)
    await run("tar", ["-xf", tar, "-C", root, "--no-same-owner"], { env: setup.env, signal });
  try {
    await makeClassArchives({ root, kafkaLibs, kafkaVersion, env: setup.env, say, signal });
  } catch (error) {
    signal?.throwIfAborted();
    const next =
      attempt < MOST_ATTEMPTS
        ? "it is tried again when this image is next asked for"
        : `to try again, remove ${directory}`;
    const reason = `${(error as Error).message}; ${next}`;
    note(setup.progress, `nodes will start more slowly, without a class archive: ${reason}`);
    return undefined;
  }
  const tar = join(work, "classes.tar");
  const entries = entriesOf(root, (path) => (path.endsWith(".jsa") ? path : undefined));
  return { ...(await writeTar(entries, tar)), tar, what: CLASSES };
}

async function hash(file: string): Promise<string> {
  const digest = createHash("sha256");
  await pipeline(createReadStream(file), digest);
  return digest.digest("hex");
}

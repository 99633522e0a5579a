import type Docker from "dockerode";
import { officialImage } from "../../../../toolchain/checksums.ts";
import { ensureImageArchive } from "../../../../toolchain/image/archive.ts";
import { loadImage } from "../../../../toolchain/image/load.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { formatProgress } from "../../../../toolchain/progress.ts";

/** An engine whose network swallows everything would let us wait for minutes. */
const REGISTRY_TIMEOUT_MS = 15_000;

/**
 * The one image that a cluster runs, by a name that will never mean another: a digest, or the hash of what it is made
 * from. An image that the engine has is preferred to asking a registry.
 *
 * @param wanted `auto`, `build`, or a reference.
 */
export async function decideImage(
  docker: Docker,
  wanted: string,
  kafkaVersion: string,
  context: OperationContext,
): Promise<string> {
  if (wanted === "build") return build(docker, kafkaVersion, context);
  const reference = wanted === "auto" ? officialImage(kafkaVersion) : wanted;
  const found = (await onEngine(docker, reference)) ?? (await inRegistry(docker, reference));
  if (typeof found === "string") return found;
  if (wanted !== "auto")
    throw new Error(
      `docker.image: ${wanted} is neither on the engine nor to be had from its registry (${found.no}); pull it by hand, mend its name, or write auto or build`,
    );
  context.warn(
    `no image registry answers for ${reference} (${found.no}): running an image of the same layout, made from Debian and Maven packages`,
  );
  return build(docker, kafkaVersion, context);
}

/** Whether the engine still has what was decided; a registry brings back its own, what was built must be built again. */
export async function isGone(docker: Docker, image: string): Promise<boolean> {
  return !image.includes("@sha256:") && (await onEngine(docker, image)) === undefined;
}

async function build(docker: Docker, kafkaVersion: string, { log, signal }: OperationContext): Promise<string> {
  const setup = {
    env: process.env,
    yes: false,
    progress: (event: Parameters<typeof formatProgress>[0]) => log(formatProgress(event)),
  };
  const image = await ensureImageArchive({ kafkaVersion, setup, signal });
  await loadImage(docker, image, log, signal);
  return image.reference;
}

async function onEngine(docker: Docker, reference: string): Promise<string | undefined> {
  try {
    const { RepoDigests } = await docker.getImage(reference).inspect();
    return (reference.includes("@sha256:") ? undefined : RepoDigests?.[0]) ?? reference;
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** The engine asks the registry itself, with its own network and credentials. */
async function inRegistry(docker: Docker, reference: string): Promise<string | { readonly no: string }> {
  try {
    const { Descriptor } = await docker
      .getImage(reference)
      .distribution({ abortSignal: AbortSignal.timeout(REGISTRY_TIMEOUT_MS) });
    return `${repositoryOf(reference)}@${Descriptor.digest}`;
  } catch (error) {
    return { no: reasonOf(error) };
  }
}

/** A reference without its tag and digest; a colon before the last slash belongs to the registry's port. */
export function repositoryOf(reference: string): string {
  const [named = ""] = reference.split("@");
  const slash = named.lastIndexOf("/");
  const colon = named.indexOf(":", slash + 1);
  return colon < 0 ? named : named.slice(0, colon);
}

function reasonOf(error: unknown): string {
  const { json, message } = error as { readonly json?: { readonly message?: string }; readonly message: string };
  // Which name server said so helps nobody.
  return ((json?.message ?? message).split("\n")[0] ?? "").replace(/ on [\d.]+:\d+/, "");
}

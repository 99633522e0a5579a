import type Docker from "dockerode";
import { UserError } from "../../infra/errors.ts";
import { CLASSES, type ImageArchive } from "./archive.ts";

/**
 * Brings an image into an engine, unless it is there already; doing it twice changes nothing.
 *
 * 1. refuse an engine of another processor: the image would load, and no container of it start;
 * 2. leave an image alone that has our reference and our layers. Its class archives may be another machine's: they
 *    differ in bytes and not in use, and containers must not be replaced for them;
 * 3. where only the name is gone, give it back;
 * 4. send the archive, and look whether the engine now has what it was sent.
 */
export async function loadImage(
  docker: Docker,
  image: ImageArchive,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const engine = await docker.version();
  if (engine.Os !== "linux" || engine.Arch !== image.architecture) {
    throw new UserError(
      `${image.reference} was made for linux/${image.architecture}; the Docker engine runs ${engine.Os}/${engine.Arch}`,
      "name an image that your engine can pull (docker.image: apache/kafka:<version>), or make this one on such a machine",
    );
  }
  if (isOurs(await look(docker, image.reference), image)) return;
  if (await look(docker, image.imageId)) {
    const [repo = "", tag = ""] = image.reference.split(":");
    await docker.getImage(image.imageId).tag({ repo, tag });
    return;
  }
  log(`loading ${image.reference} into the Docker engine (${(image.size / 1e6).toFixed(0)} MB)`);
  const refusal = await send(docker, image, log, signal);
  if (refusal === undefined && isOurs(await look(docker, image.reference), image)) return;
  throw new UserError(
    `the Docker engine took ${image.archive}, but has no image ${image.reference} of its content: ${refusal ?? "it names no reason"}`,
    "see what the engine says (often its disk is full) and run the command again",
  );
}

/** Sends the archive; answers with the engine's own complaint, which comes with status 200 and among its progress. */
async function send(
  docker: Docker,
  image: ImageArchive,
  log: (line: string) => void,
  abortSignal: AbortSignal | undefined,
): Promise<string | undefined> {
  const answer = await docker.loadImage(image.archive, abortSignal && { abortSignal });
  let refusal: string | undefined;
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      answer,
      (error) => (error ? reject(error) : resolve()),
      (event: { stream?: string; error?: string }) => {
        refusal ??= event.error;
        if (event.stream?.trim()) log(event.stream.trim());
      },
    );
  });
  return refusal;
}

/** What the engine has under a name or id. */
async function look(docker: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(name).inspect();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** An image's id tells nothing here: which of two digests it is depends on the engine's store. Its layers do. */
function isOurs(found: Docker.ImageInspectInfo | undefined, image: ImageArchive): boolean {
  const layers = found?.RootFS.Layers ?? [];
  return (
    layers.length === image.layers.length &&
    image.layers.every(({ digest, what }, index) => what === CLASSES || layers[index] === `sha256:${digest}`)
  );
}

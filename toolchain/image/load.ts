import type Docker from "dockerode";
import { UserError } from "../../infra/errors.ts";
import type { ImageArchive } from "./archive.ts";

/**
 * Brings an image into an engine, unless it is there already; doing it twice changes nothing.
 *
 * 1. refuse an engine of another processor: the image would load, and no container of it start;
 * 2. look for the image by its reference, then by its id (someone took the name away: give it back);
 * 3. send the archive, and look whether the engine now has what it was sent.
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
  if (await has(docker, image.reference, image)) return;
  if (await has(docker, image.imageId, image)) {
    const [repo = "", tag = ""] = image.reference.split(":");
    await docker.getImage(image.imageId).tag({ repo, tag });
    return;
  }
  log(`loading ${image.reference} into the Docker engine (${(image.size / 1e6).toFixed(0)} MB)`);
  const answer = await docker.loadImage(image.archive, { abortSignal: signal });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      answer,
      (error) => (error ? reject(error) : resolve()),
      (event: { stream?: string }) => {
        if (event.stream?.trim()) log(event.stream.trim());
      },
    );
  });
  if (!(await has(docker, image.reference, image)))
    throw new Error(`the Docker engine took ${image.archive}, but has no image ${image.reference} of its content`);
}

/** Whether the engine knows our image by that name. Which of its two digests an engine calls its id depends on its store. */
async function has(docker: Docker, name: string, image: ImageArchive): Promise<boolean> {
  try {
    const { Id } = await docker.getImage(name).inspect();
    return Id === image.imageId || Id === image.manifestDigest;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

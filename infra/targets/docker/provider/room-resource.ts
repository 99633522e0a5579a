import { isDeepStrictEqual } from "node:util";
import type Docker from "dockerode";
import { GiB, printBytes } from "../../../../capacity/units.ts";
import { dockerAt } from "../../../../toolchain/docker.ts";
import type { OperationContext, ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import type { EngineTraits } from "../render.ts";
import { newBytes, tracesOf } from "./on-engine.ts";
import { surveyEngine } from "./survey.ts";

interface RoomInputs {
  readonly host: string;
  readonly name: string;
  readonly image: string;
  readonly volumeBytes: Readonly<Record<string, number>>;
}

/**
 * What only a container of the image can tell of an engine: whether it runs there at all, and whether its disk has room.
 * Volumes and containers come after it, so that they are not made where they cannot live.
 */
export const roomResource: ResourceHandler = {
  async diff(_id, inputs, _state, oldInputs) {
    const changed = ["image", "volumeBytes"].filter((name) => !isDeepStrictEqual(inputs[name], oldInputs[name]));
    return { changed };
  },

  async create(inputs, context) {
    const id = String(inputs.name);
    if (context.preview) return { id, outputs: { ...inputs, traits: UNKNOWN } };
    return { id, outputs: { ...inputs, traits: { ...(await look(inputs, context)) } } };
  },

  async read(_id, state) {
    return state;
  },

  /** What was found first stays: another limit for the same containers would be a roll without a reason. */
  async update(_id, inputs, state, context) {
    if (!context.preview) await look(inputs, context);
    return { ...inputs, traits: state.traits ?? null };
  },

  async delete() {},
};

async function look(inputs: JsonObject, context: OperationContext): Promise<EngineTraits> {
  const { host, name, image, volumeBytes } = inputs as unknown as RoomInputs;
  const docker = dockerAt(host);
  await requireArchitecture(docker, image);
  const wanted = newBytes(volumeBytes, (await tracesOf(docker, name))?.volumes ?? []);
  const { openFiles, startInterval, freeBytes } = await surveyEngine(docker, image, context.signal);
  if (wanted > freeBytes)
    throw new Error(
      `brokers.disk: wanted ${printBytes(wanted)} for new volumes, found ${(freeBytes / GiB).toFixed(1)} GiB free on the engine's disk; lower brokers.disk, or free or add space`,
    );
  if (openFiles < 10_000)
    context.warn(`containers of this engine may open ${openFiles} files only; raise LimitNOFILE of the Docker service`);
  return { openFiles, startInterval };
}

/** An image for another processor fails at its start with an error that names nothing, or runs slowly in an emulator. */
async function requireArchitecture(docker: Docker, image: string): Promise<void> {
  const [{ Architecture, RepoTags }, { Arch }] = await Promise.all([
    docker.getImage(image).inspect(),
    docker.version(),
  ]);
  if (Architecture === Arch) return;
  throw new Error(
    `docker.image: ${RepoTags?.[0] ?? image} is for ${Architecture}, the engine's machine is ${Arch}; name an image for ${Arch}`,
  );
}

import type { ImageInspectInfo } from "dockerode";
import type { ResourceHandler } from "../../plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { differences } from "./differences.ts";
import { type Engine, orGone, reasonOf, statusOf } from "./engine.ts";
import { boolean, matching, type Properties } from "./property.ts";
import { findOrPull } from "./pull.ts";
import { refusals } from "./refusals.ts";

/** As in terraform-provider-docker (resource_docker_image.go). */
export const remoteImageProperties: Properties = {
  name: { shape: matching(/./), required: true, replaces: true },
  keepLocally: { shape: boolean },
  forceRemove: { shape: boolean },
};

/** `docker:index/remoteImage:RemoteImage`: an image on the engine's machine, pulled if it is not there yet. */
export function remoteImageResource(engine: Engine): ResourceHandler {
  const outputs = (inputs: JsonObject, image: ImageInspectInfo): JsonObject => ({
    ...inputs,
    imageId: image.Id,
    repoDigest: repoDigest(String(inputs.name), image.RepoDigests ?? []),
  });
  const local = (name: string) => orGone(engine.docker.getImage(name).inspect());
  return {
    check: (inputs) => refusals(remoteImageProperties, inputs),
    diff: async (_id, inputs, state, oldInputs) => differences(remoteImageProperties, inputs, state, oldInputs, false),

    async create(inputs, context) {
      const name = String(inputs.name);
      if (context.preview) return { id: UNKNOWN, outputs: { ...inputs, imageId: UNKNOWN, repoDigest: UNKNOWN } };
      context.signal.throwIfAborted();
      const image = await findOrPull(engine, name, context);
      return { id: `${image.Id}${name}`, outputs: outputs(inputs, image) };
    },

    async read(_id, state) {
      const image = await local(String(state.name));
      return image && outputs(state, image);
    },

    async update(_id, inputs, state, context) {
      if (context.preview) return { ...state, ...inputs };
      return outputs(inputs, await findOrPull(engine, String(inputs.name), context));
    },

    async delete(_id, { name, imageId, keepLocally, forceRemove }) {
      if (keepLocally) return;
      const image = await local(String(name));
      // The name may have gone over to another image meanwhile, which is not this resource's to remove.
      if (!image || image.Id !== imageId) return;
      try {
        await orGone(engine.docker.getImage(String(name)).remove({ force: forceRemove === true }));
      } catch (error) {
        if (statusOf(error) !== 409) throw error;
        throw new Error(`image ${name} was not removed: ${reasonOf(error)}; remove what uses it, or set keepLocally`);
      }
    },
  };
}

/** `repository@sha256:…`, as the registry knows the image; empty for one that was never in a registry. */
export function repoDigest(name: string, digests: readonly string[]): string {
  if (name.includes("@")) return name;
  const repository = familiar(name.replace(/:[^/:]*$/, ""));
  return digests.find((digest) => familiar(digest.split("@")[0]!) === repository) ?? "";
}

/** Docker leaves its own registry out of names. */
function familiar(repository: string): string {
  return repository.replace(/^(docker\.io|index\.docker\.io)\//, "").replace(/^library\//, "");
}

import { isDeepStrictEqual } from "node:util";
import { dockerAt } from "../../../../toolchain/docker.ts";
import type { OperationContext, ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import type { JsonObject } from "../../../../toolchain/plugin/struct.ts";
import { ADMIN_FILE } from "../../../plan/identities.ts";
import { HAD_DATA } from "../../container/had-data.ts";
import { markOf as hadDataOf, noted } from "../node-data.ts";
import { putFiles } from "./put-files.ts";

interface FilesInputs {
  readonly host: string;
  readonly image: string;
  readonly volume: string;
  readonly files: Readonly<Record<string, string>>;
  /** Whose they are, and where cluster.json lies; absent in states of earlier versions. */
  readonly node?: { readonly directory: string; readonly stack: string; readonly id: number };
}

/**
 * A node's files in its configuration volume. They go through a container that never starts, because that is how an
 * engine anywhere takes files, and because Docker's own `uploads` need a root file system that can be written.
 *
 * A running node has read them already; it reads them again when its container is replaced, which the hash of the files
 * among its labels brings about.
 */
export const filesResource: ResourceHandler = {
  async diff(_id, inputs, _state, oldInputs) {
    const changed = ["volume", "files"].filter((name) => !isDeepStrictEqual(inputs[name], oldInputs[name]));
    return { changed };
  },

  async create(inputs, context) {
    if (!context.preview) await write(inputs, context);
    return { id: String(inputs.volume), outputs: outputsOf(inputs) };
  },

  async read(_id, state) {
    const volume = dockerAt(String(state.host)).getVolume(String(state.volume));
    const found = await volume.inspect().then(
      () => true,
      (error: { readonly statusCode?: number }) => {
        if (error.statusCode === 404) return false;
        throw error;
      },
    );
    return found ? state : undefined;
  },

  async update(_id, inputs, _state, context) {
    if (!context.preview) await write(inputs, context);
    return outputsOf(inputs);
  },

  /** They go with their volume. */
  async delete() {},
};

/** A volume keeps what it had, by an earlier release or before a migration, and nothing can be deleted there. Pure. */
export const emptiedBut = (files: FilesInputs["files"]): FilesInputs["files"] => ({ [ADMIN_FILE]: "", ...files });

const outputsOf = ({ host, volume }: JsonObject): JsonObject => ({ host: host ?? null, volume: volume ?? null });

async function write(inputs: JsonObject, { signal }: OperationContext): Promise<void> {
  const { host, image, volume, files, node } = inputs as unknown as FilesInputs;
  signal.throwIfAborted();
  await putFiles(dockerAt(host), image, volume, { ...emptiedBut(files), ...(node && markOf(node)) });
}

/** What the entry point must know of the node's data. It is no part of the files' hash: no node restarts for it. */
function markOf({ directory, stack, id }: NonNullable<FilesInputs["node"]>): Record<string, string> {
  const ids = noted(directory, id);
  // The volume may keep an earlier one, of data that were given up meanwhile.
  return { [HAD_DATA]: ids ? hadDataOf(stack, id, ids) : "" };
}

import { buffer } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { dockerAt } from "../../../../toolchain/docker.ts";
import type { OperationContext, ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import type { JsonObject } from "../../../../toolchain/plugin/struct.ts";
import { USER_ID } from "../../container/node.ts";
import { nodeFile } from "../../node-file.ts";
import { CONFIG_DIRECTORY } from "../render.ts";

interface FilesInputs {
  readonly host: string;
  readonly image: string;
  readonly volume: string;
  readonly files: Readonly<Record<string, string>>;
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

const outputsOf = ({ host, volume }: JsonObject): JsonObject => ({ host: host ?? null, volume: volume ?? null });

async function write(inputs: JsonObject, { signal }: OperationContext): Promise<void> {
  const { host, image, volume, files } = inputs as unknown as FilesInputs;
  const docker: Docker = dockerAt(host);
  signal.throwIfAborted();
  const container = await docker.createContainer({
    Image: image,
    Cmd: ["/bin/true"],
    HostConfig: {
      NetworkMode: "none",
      Mounts: [{ Type: "volume", Source: volume, Target: CONFIG_DIRECTORY }],
    },
  });
  try {
    await container.putArchive(await archive(files), { path: CONFIG_DIRECTORY });
  } finally {
    // With the volumes that the image declares and nobody named.
    await container.remove({ force: true, v: true });
  }
}

/** Readable by the node's user only: they may hold secrets. */
async function archive(files: FilesInputs["files"]): Promise<Buffer> {
  const tar = pack();
  for (const [named, text] of Object.entries(files)) {
    const [name, content] = nodeFile(named, text);
    tar.entry({ name, mode: 0o400, uid: USER_ID, gid: USER_ID, mtime: new Date() }, content);
  }
  tar.finalize();
  return buffer(tar);
}

import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { USER_ID } from "../../container/node.ts";
import { nodeFile } from "../../node-file.ts";
import { CONFIG_DIRECTORY } from "../render.ts";

/**
 * Puts files into a configuration volume, through a container that never starts: that is how an engine anywhere takes files.
 *
 * @param image any that is on the engine: its files are not used.
 */
export async function putFiles(
  docker: Docker,
  image: string,
  volume: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
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
    // With the volumes that the image declares and that were not named.
    await container.remove({ force: true, v: true });
  }
}

/** Readable by the node's user only: they may hold secrets. */
async function archive(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack();
  for (const [named, text] of Object.entries(files)) {
    const [name, content] = nodeFile(named, text);
    tar.entry({ name, mode: 0o400, uid: USER_ID, gid: USER_ID, mtime: new Date() }, content);
  }
  tar.finalize();
  return buffer(tar);
}

import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import type { ZooKeeperRole } from "../../../scripts/kafka/zookeeper.ts";
import { CONFIG_DIRECTORY } from "./render.ts";

/** A container that is stopped or frozen runs no command. */
const CONFLICT = 409;

/** Asked within the container, whose port leads nowhere else, in the words of its health check; null where it serves nobody. */
export async function zookeeperRole(container: Docker.Container, port: number): Promise<ZooKeeperRole | null> {
  const Cmd = ["/bin/bash", `${CONFIG_DIRECTORY}/serves.sh`, `zookeeper:${port}`];
  try {
    const exec = await container.exec({ Cmd, AttachStdout: true, Tty: true });
    const said = await text(await exec.start({ Tty: true }));
    const role = /^zookeeper: (leader|follower|standalone)\s*$/.exec(said)?.[1];
    return (role as ZooKeeperRole | undefined) ?? null;
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === CONFLICT) return null;
    throw error;
  }
}

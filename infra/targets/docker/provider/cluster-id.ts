import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { extract } from "tar-stream";
import { FIRST_ID } from "../../../plan/nodes.ts";
import { DATA_ROOT } from "../../container/node.ts";
import type { Kept } from "../../decisions/kept.ts";
import { clusterIdIn, META_PROPERTIES } from "../../migration/cluster-id.ts";
import { containerName } from "../names.ts";

export interface ClusterId {
  readonly clusterId: string;
  /** Of a cluster that began with ZooKeeper and has left it: the id that its first volumes bear. */
  readonly labelledId?: string;
}

/** In mode zookeeper the first broker chose another id than was decided; it counts from the first step to KRaft on. */
export async function identify(
  docker: Docker,
  { name, migration }: Pick<Kept, "name" | "migration">,
  earlier: ClusterId & Pick<Kept, "migration">,
): Promise<ClusterId> {
  const { clusterId, labelledId } = earlier;
  if (migration && !earlier.migration)
    return { clusterId: await chosenClusterId(docker, name), labelledId: labelledId ?? clusterId };
  return { clusterId, ...(labelledId === undefined ? {} : { labelledId }) };
}

/** The id that the first broker chose, read from its data, whether it runs or not. @throws when it has no container, or never ran. */
async function chosenClusterId(docker: Docker, stack: string): Promise<string> {
  const container = docker.getContainer(containerName(stack, FIRST_ID.broker));
  const archive = await container.getArchive({ path: `${DATA_ROOT}/data/${META_PROPERTIES}` }).catch((error: Error) => {
    throw new Error(
      `kafka.migration: wanted the cluster's id from broker 1, found that it was never up (${error.message}); take kafka.migration out, run up, then write it again`,
    );
  });
  for await (const file of archive.pipe(extract())) return clusterIdIn(await text(file));
  throw new Error(`${META_PROPERTIES} of broker 1 is empty`);
}

import type Docker from "dockerode";
import { SHELL_CLASS, SHELL_TIMEOUT_MS, shellInput, type ZooKeeperShell } from "../../migration/zookeeper-view.ts";
import { imageOf } from "../image-of.ts";
import { networkName, volumeName } from "../names.ts";
import { CONFIG_DIRECTORY } from "../render.ts";
import { runThrowaway } from "../throwaway.ts";

/**
 * Of the node's own configuration the shell takes the keys about TLS, and where ZooKeeper is. In a node's container it would
 * take of the node's memory.
 */
const SCRIPT = `
config=${CONFIG_DIRECTORY}/server.properties
while IFS='=' read -r key value; do if [[ $key == zookeeper.connect ]]; then servers=$value; fi; done <$config
exec java -Xmx128m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData \
  -Djava.security.auth.login.config=${CONFIG_DIRECTORY}/jaas.conf -cp "\${KAFKA_HOME:-/opt/kafka}/libs/*" \
  ${SHELL_CLASS} -server "$servers" -zk-tls-config-file $config
`;

/** In a container of its own in the cluster's network, with the files of a node that is a client of ZooKeeper. */
export const zooKeeperShell =
  (docker: Docker, stack: string, nodeId: number): ZooKeeperShell =>
  async (commands) => {
    const signal = AbortSignal.timeout(SHELL_TIMEOUT_MS);
    try {
      const { stdout } = await runThrowaway(docker, {
        image: await imageOf(docker, stack),
        script: SCRIPT,
        stdin: shellInput(commands),
        network: networkName(stack),
        mounts: [{ volume: volumeName(stack, nodeId, "config"), at: CONFIG_DIRECTORY, readOnly: true }],
        signal,
      });
      return stdout;
    } catch (error) {
      if (signal.aborted) throw new Error("ZooKeeper does not answer");
      throw error;
    }
  };

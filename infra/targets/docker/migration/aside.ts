import type Docker from "dockerode";
import { DATA_ROOT } from "../../container/node.ts";
import { asideName, METADATA_LOG } from "../../migration/leave.ts";
import { imageOf } from "../image-of.ts";
import { volumeName } from "../names.ts";
import { runThrowaway } from "../throwaway.ts";

/** The quorum's log in data volumes of nodes that do not run. */
export class MetadataLogs {
  readonly #docker: Docker;
  readonly #stack: string;

  constructor(docker: Docker, stack: string) {
    this.#docker = docker;
    this.#stack = stack;
  }

  /** Which of the nodes have one. */
  async holders(nodes: readonly number[]): Promise<number[]> {
    const script = `cd ${DATA_ROOT} && for node in *; do if [[ -e $node/${METADATA_LOG} ]]; then echo "$node"; fi; done`;
    return (await this.#run(nodes, script)).split("\n").filter(Boolean).map(Number);
  }

  /** A controller's is renamed: at once there is none, and with the rest its volume is like a new one that was formatted. */
  async putControllersAside(node: number): Promise<void> {
    const aside = asideName(METADATA_LOG);
    await this.#run(
      [node],
      `cd ${DATA_ROOT}/${node} && if [[ -e ${METADATA_LOG} ]]; then mv ${METADATA_LOG} ${aside}; fi`,
    );
  }

  /** A broker starts with no folder in its log directory that is not a partition's, so it becomes a file. */
  async putBrokersAside(node: number): Promise<void> {
    const aside = `${asideName(METADATA_LOG)}.tar`;
    const steps = [
      `cd ${DATA_ROOT}/${node}`,
      `tar -cf ${aside}.new ${METADATA_LOG}`,
      `mv ${aside}.new ${aside}`,
      `rm -r ${METADATA_LOG}`,
    ];
    await this.#run([node], steps.join(" && "));
  }

  /** With each node's data in a folder that is called as the node. @throws with what the script said when it fails. */
  async #run(nodes: readonly number[], script: string): Promise<string> {
    const { code, stdout, stderr } = await runThrowaway(this.#docker, {
      image: await imageOf(this.#docker, this.#stack),
      script,
      network: "none",
      mounts: nodes.map((node) => ({ volume: volumeName(this.#stack, node, "data"), at: `${DATA_ROOT}/${node}` })),
    });
    if (code !== 0) throw new Error(`the data of node ${nodes.join(", ")} cannot be put aside: ${stderr.trim()}`);
    return stdout;
  }
}

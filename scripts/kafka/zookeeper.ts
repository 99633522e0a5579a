import { connect } from "node:net";

export type ZooKeeperRole = "leader" | "follower" | "standalone";

/**
 * Asks one ZooKeeper node for its role with the four-letter word `srvr`, the only one allowed by default.
 *
 * @returns null when it does not answer in time or serves no requests (no quorum).
 */
export function zookeeperRole(address: string, timeoutMs: number): Promise<ZooKeeperRole | null> {
  const colon = address.lastIndexOf(":");
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
    const deadline = setTimeout(() => socket.destroy(), timeoutMs);
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write("srvr"));
    socket.on("data", (text: string) => (answer += text));
    socket.on("error", () => {}); // `close` follows and decides.
    socket.on("close", () => {
      clearTimeout(deadline);
      const mode = /^Mode: (leader|follower|standalone)$/m.exec(answer)?.[1];
      resolve((mode as ZooKeeperRole | undefined) ?? null);
    });
  });
}

import type { Connection, Sockets } from "./sockets.ts";

export interface CutArgs {
  /** Of our own, so that taking it away takes every rule away. */
  readonly table: string;
  /** The group of the node alone, as nftables names it: below /sys/fs/cgroup. */
  readonly group: string;
  /** How deep it lies below the root of version 2. */
  readonly level: number;
  readonly sockets: Sockets;
}

/**
 * Rules for nftables that drop every packet of one node on the loopback interface, and no other packet. Pure.
 *
 * 1. Whatever goes to or from a port on which it listens: connections of others to it.
 * 2. Its connections to others that are there already, either way, by both their ends: their sockets belong to the group
 *    that the node was in when it opened them.
 * 3. Whatever sockets send that it opens from now on: they belong to the group of its own. Without a first packet none of
 *    its new connections comes about.
 */
export function cutRules({ table, group, level, sockets: { listening, connections } }: CutArgs): string {
  const ports = `{ ${listening.join(", ")} }`;
  const ends = connections.filter(({ local }) => !listening.includes(local.port)).flatMap(bothWays);
  const connected =
    ends.length === 0 ? [] : [`ip saddr . tcp sport . ip daddr . tcp dport { ${ends.join(", ")} } drop`];
  const rules = [
    'oifname != "lo" accept',
    ...(listening.length === 0 ? [] : [`tcp sport ${ports} drop`, `tcp dport ${ports} drop`]),
    ...connected,
    `socket cgroupv2 level ${level} "${group}" drop`,
  ];
  const chain = ["type filter hook output priority filter; policy accept;", ...rules].map((rule) => `    ${rule}`);
  return [`table inet ${table} {`, "  chain output {", ...chain, "  }", "}", ""].join("\n");
}

function bothWays({ local, remote }: Connection): string[] {
  const [here, there] = [`${local.address} . ${local.port}`, `${remote.address} . ${remote.port}`];
  return [`${here} . ${there}`, `${there} . ${here}`];
}

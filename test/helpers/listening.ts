export interface ListeningSocket {
  readonly port: number;
  readonly inode: string;
  /** Of a container, not of this machine: Docker's own name server. */
  readonly ofDocker: boolean;
}

/** Sockets that listen, of tables as `/proc/net/tcp` and `tcp6` have them (proc(5), state 0A), in any order. */
export function listeningIn(tables: string): ListeningSocket[] {
  const rows = tables.split("\n").map((row) => row.trim().split(/\s+/));
  return rows
    .filter((columns) => columns[3] === "0A")
    .map((columns) => {
      const [address, port] = columns[1]!.split(":") as [string, string];
      // 127.0.0.11, on a little-endian machine.
      return { port: Number.parseInt(port, 16), inode: columns[9]!, ofDocker: address === "0B00007F" };
    });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { cutRules } from "../../../../../infra/targets/local/faults/cut-rules.ts";
import { parseSockets } from "../../../../../infra/targets/local/faults/sockets.ts";

const title = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const line = (local: string, remote: string, state: string, inode: number) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
const MAPPED = "0000000000000000FFFF00000100007F";
const tcp = [title, line("0100007F:2EE1", "00000000:0000", "0A", 10), line("0100007F:2EE3", "00000000:0000", "0A", 99)];
const tcp6 = [
  title,
  line(`${MAPPED}:2EE2`, `${"0".repeat(32)}:0000`, "0A", 11),
  // A client's connection to it, one of its own to a peer, one of a peer's, one that is over, and one over IPv6 proper.
  line(`${MAPPED}:2EE1`, `${MAPPED}:9C40`, "01", 12),
  line(`${MAPPED}:9C41`, `${MAPPED}:2EE3`, "02", 13),
  line(`${MAPPED}:9C42`, `${MAPPED}:2EE3`, "01", 98),
  line(`${MAPPED}:9C43`, `${MAPPED}:2EE3`, "06", 0),
  line("00000000000000000000000001000000:9C44", "00000000000000000000000001000000:2EE3", "01", 14),
];
const sockets = parseSockets(
  [`${tcp.join("\n")}\n`, `${tcp6.join("\n")}\n`],
  new Set(["0", "10", "11", "12", "13", "14"]),
);
const end = (port: number) => ({ address: "127.0.0.1", port });

test("ports and connections of a process are told from those of others", () => {
  assert.deepEqual(sockets, {
    listening: [12_001, 12_002],
    connections: [
      { local: end(12_001), remote: end(40_000) },
      { local: end(40_001), remote: end(12_003) },
    ],
  });
});

test("its own connections are dropped by both ends, and nothing that does not go by loopback", () => {
  const rules = cutRules({ table: "t", group: "unified/g", level: 1, sockets });
  assert.deepEqual(
    rules.split("\n").map((rule) => rule.trim()),
    [
      "table inet t {",
      "chain output {",
      "type filter hook output priority filter; policy accept;",
      'oifname != "lo" accept',
      "tcp sport { 12001, 12002 } drop",
      "tcp dport { 12001, 12002 } drop",
      "ip saddr . tcp sport . ip daddr . tcp dport { 127.0.0.1 . 40001 . 127.0.0.1 . 12003, 127.0.0.1 . 12003 . 127.0.0.1 . 40001 } drop",
      'socket cgroupv2 level 1 "unified/g" drop',
      "}",
      "}",
      "",
    ],
  );
});

test("of a process without sockets only its group is left", () => {
  const rules = cutRules({ table: "t", group: "g", level: 2, sockets: { listening: [], connections: [] } });
  assert.deepEqual(rules.match(/^ {4}.*drop$/gm), ['    socket cgroupv2 level 2 "g" drop']);
});

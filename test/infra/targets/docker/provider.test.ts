import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { repositoryOf } from "../../../../infra/targets/docker/provider/image.ts";
import { newBytes } from "../../../../infra/targets/docker/provider/on-engine.ts";
import { dockerRefusals } from "../../../../infra/targets/docker/provider/refusals.ts";
import { parseSurvey } from "../../../../infra/targets/docker/provider/survey.ts";
import type { ClusterArgs } from "../../../../infra/targets/docker/resources.ts";

const GiB = 1024 ** 3;
const cluster: ClusterArgs = {
  name: "s",
  directory: "/state/docker/s",
  host: "unix:///var/run/docker.sock",
  engineId: "ONE",
  mode: "kraft",
  kafkaVersion: "4.3.1",
  voters: [1, 2, 3],
  listeners: ["EXTERNAL@1", "EXTERNAL@2", "EXTERNAL@3"],
  fixedPorts: {},
  publishAddress: "127.0.0.1",
  advertisedHost: "127.0.0.1",
  secretNames: [],
  security: "plaintext",
  wantedImage: "auto",
  volumeBytes: { "kafka-s-1-data": 10 * GiB, "kafka-s-2-data": 10 * GiB },
};

const rows: readonly (readonly [title: string, change: Partial<ClusterArgs>, refused: RegExp | undefined])[] = [
  ["the same again", {}, undefined],
  ["the same engine at another address", { host: "tcp://localhost:2375" }, undefined],
  ["larger disks", { volumeBytes: { "kafka-s-1-data": 20 * GiB, "kafka-s-2-data": 20 * GiB } }, undefined],
  ["disks of no planned size", { volumeBytes: {} }, undefined],
  [
    "another engine",
    { engineId: "TWO", host: "ssh://far" },
    /^docker\.host: the data of s lies on the engine at unix:\S+ \(ONE\); the one at ssh:\/\/far is another \(TWO\)/,
  ],
  [
    "smaller disks",
    { volumeBytes: { "kafka-s-1-data": 5 * GiB, "kafka-s-2-data": 5 * GiB } },
    /^brokers\.disk: volume kafka-s-1-data and 1 more is planned with 10GiB and cannot shrink to 5GiB; put the size back/,
  ],
  [
    "fewer brokers",
    { listeners: ["EXTERNAL@1"] },
    /^brokers\.count: broker 2, 3 would go, and broker 2 holds 1 replicas/,
  ],
  ["fewer, and those hold nothing", { listeners: ["EXTERNAL@1", "EXTERNAL@2"] }, undefined],
  ["another mode", { mode: "zookeeper", voters: [] }, /^kafka\.mode: /],
];

describe("changes of a cluster of containers", () => {
  for (const [title, change, refused] of rows)
    test(`${title}: ${refused ? "refused" : "fine"}`, () => {
      const reasons = dockerRefusals(cluster, { ...cluster, ...change }, new Map([[2, 1]])).map(({ reason }) => reason);
      assert.equal(reasons.length, refused ? 1 : 0, reasons.join("\n"));
      if (refused) assert.match(reasons[0]!, refused);
    });
});

describe("what a container tells of its engine", () => {
  const disk = "overlay 264153600 21000000 70000000 23% /var/lib/kafka/data";
  for (const [title, text, expected] of [
    ["a limit below ours", `20000\r\n${disk}\r\n`, { openFiles: 20_000, freeBytes: 70_000_000 * 1024 }],
    ["a limit above ours", `1048576\n${disk}`, { openFiles: 100_000, freeBytes: 70_000_000 * 1024 }],
    ["no limit", `unlimited\n${disk}`, { openFiles: 100_000, freeBytes: 70_000_000 * 1024 }],
    ["an image without bash or the data directory", "df: /var/lib/kafka/data: No such file or directory", undefined],
  ] as const)
    test(title, () => assert.deepEqual(parseSurvey(text), expected));
});

test("only volumes that are not there yet need room", () => {
  assert.equal(newBytes({ a: 3, b: 4 }, []), 7);
  assert.equal(newBytes({ a: 3, b: 4 }, ["a", "c"]), 4);
});

test("a reference without its tag or digest is its repository", () => {
  for (const [reference, repository] of [
    ["apache/kafka:4.3.1", "apache/kafka"],
    ["apache/kafka", "apache/kafka"],
    ["registry:5000/team/kafka:1", "registry:5000/team/kafka"],
    ["registry:5000/kafka", "registry:5000/kafka"],
    ["kafka@sha256:abc", "kafka"],
    ["kafka:1@sha256:abc", "kafka"],
  ] as const)
    assert.equal(repositoryOf(reference), repository);
});

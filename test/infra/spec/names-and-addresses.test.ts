import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stringify } from "yaml";
import { type Issue, StackFileError } from "../../../infra/errors.ts";
import { planCluster } from "../../../infra/plan/plan.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const NAMES_IN_ZOOKEEPER: readonly (readonly [what: object, found: string | undefined])[] = [
  [{ group: "team/billing-*" }, '"/"'],
  [{ transactionalId: "sink/7" }, '"/"'],
  [{ group: "orders 🙂" }, '"🙂"'],
  [{ group: "a\u0007b" }, '"\\u0007"'],
  [{ topic: ".*" }, '"."'],
  [{ group: ".." }, '".."'],
  [{ group: "*" }, undefined],
  [{ topic: "..." }, undefined],
  [{ group: 'a,b=c "q": 消費者%*' }, undefined],
];

describe("permissions name what ZooKeeper can hold, in mode zookeeper", () => {
  for (const [what, found] of NAMES_IN_ZOOKEEPER)
    for (const mode of ["zookeeper", "kraft"] as const)
      test(`${JSON.stringify(what)} in mode ${mode}`, () => {
        const kafka = mode === "zookeeper" ? { version: "3.9.2", mode } : { mode };
        const users = [{ name: "app", can: [{ ...what, do: ["describe"] }] }];
        const told = problemsOf({ kafka, security: { profile: "scram" }, users }).map(({ message }) => message);
        const wanted = `wanted a name that ZooKeeper can hold, found ${JSON.stringify(Object.values(what)[0])}: in mode zookeeper no permission can name ${found}`;
        assert.deepEqual(told, found === undefined || mode === "kraft" ? [] : [wanted]);
      });
});

/** What is advised about each key that is refused. */
const adviceOn = (stack: object): Record<string, string> =>
  Object.fromEntries(problemsOf(stack).map(({ key, next }) => [key, next]));

function problemsOf(stack: object): readonly Issue[] {
  try {
    parseStack(stringify(stack), "s.yaml");
  } catch (error) {
    if (error instanceof StackFileError) return error.issues;
    throw error;
  }
  return [];
}

const HOSTS: readonly (readonly [written: string, advice: string | undefined])[] = [
  ["kafka.example.org", undefined],
  ["KAFKA-1", undefined],
  ["10.0.0.5", undefined],
  ["localhost:9094", "write localhost"],
  ["PLAINTEXT://kafka.example.org", "write kafka.example.org"],
  ["SSL://kafka.example.org:9092/x", "write kafka.example.org"],
  [" kafka ", "write kafka"],
  ["kafka host", "write kafka-host"],
  ["kafka_host", "write kafka-host"],
  ["kafka.example.org.", "write kafka.example.org"],
  ["käfka.example.org", "write xn--kfka-loa.example.org"],
  ["0.0.0.0", "write the name that clients resolve"],
  ["0", "write the name that clients resolve"],
  ["::", "write the name that clients resolve"],
  ["[::]", "write the name that clients resolve"],
  ["*", "write the name that clients resolve"],
  ["", "write a name such as kafka.example.org, or an IPv4 address"],
  ["10.0.0.256", "write a name such as kafka.example.org, or an IPv4 address"],
  ["a,b", "write a name such as kafka.example.org, or an IPv4 address"],
  [
    "[2001:db8::1]:9092",
    "write a DNS name that leads to 2001:db8::1: IPv6 addresses themselves are not supported here",
  ],
];

describe("what clients are told to connect to", () => {
  for (const [written, advice] of HOSTS)
    test(JSON.stringify(written), () => {
      for (const section of ["docker", "kubernetes"])
        assert.equal(
          adviceOn({ [section]: { advertisedHost: written } })[`${section}.advertisedHost`],
          advice,
          section,
        );
    });

  test("{id} is a part of a name on kubernetes only", () => {
    const kept = { "kubernetes.advertisedHost": "write kafka-{id}.example.org" };
    assert.deepEqual(adviceOn({ kubernetes: { advertisedHost: "kafka-{id}.example.org" } }), {});
    assert.deepEqual(adviceOn({ kubernetes: { advertisedHost: "tcp://kafka-{id}.example.org:90" } }), kept);
    assert.ok(adviceOn({ docker: { advertisedHost: "kafka-{id}.example.org" } })["docker.advertisedHost"]);
  });

  test("an IPv6 address to publish on needs a name to tell", () => {
    const stack = { target: "docker", docker: { publishAddress: "::1" } };
    assert.equal(adviceOn(stack)["docker.publishAddress"], "set docker.advertisedHost to a name that leads to ::1");
    assert.deepEqual(adviceOn({ ...stack, docker: { ...stack.docker, advertisedHost: "localhost" } }), {});
  });
});

test("other addresses are answered with what was probably meant", () => {
  const docker = (key: string, written: string) => adviceOn({ docker: { [key]: written } })[`docker.${key}`];
  assert.equal(docker("publishAddress", "localhost"), "write 127.0.0.1");
  assert.equal(docker("publishAddress", "10.0.0.1:9092"), "write 10.0.0.1");
  assert.equal(docker("host", "localhost:2375"), "write tcp://localhost:2375");
  assert.equal(docker("host", "/var/run/docker.sock"), "write unix:///var/run/docker.sock");
  assert.equal(docker("host", "unix://var/run/docker.sock"), "write unix:///var/run/docker.sock");
  assert.match(docker("host", "tcp://h:99999") ?? "", /^write it as unix/);
  assert.equal(docker("host", "ssh://me@build_1"), undefined);
  assert.equal(docker("image", "https://registry:5000/kafka:1"), "write registry:5000/kafka:1");
  const domain = { kubernetes: { clusterDomain: "http://cluster.local." } };
  assert.equal(adviceOn(domain)["kubernetes.clusterDomain"], "write cluster.local");
});

describe("names are what Kafka takes", () => {
  test("groups and transactional ids of any text", () => {
    const names = ["team:billing", "my group", "Sink: orders-writer-*", "消費者", "a/b", "-*-*", "*"];
    const can = names.flatMap((name) => [
      { group: name, do: ["read"] },
      { transactionalId: name, do: ["write"] },
    ]);
    const stack = { security: { profile: "scram" }, users: [{ name: "flink", can }] };
    const { security } = planCluster(parseStack(stringify(stack), "s.yaml").spec, "s");
    const acls = security.identities.find(({ name }) => name === "flink")?.acls ?? [];
    assert.deepEqual(
      acls.filter(({ resource }) => resource === "group").map(({ name, pattern }) => `${pattern} ${name}`),
      [
        "literal team:billing",
        "literal my group",
        "prefixed Sink: orders-writer-",
        "literal 消費者",
        "literal a/b",
        "prefixed -*-",
        "literal *",
      ],
    );
  });

  test("racks of any letters, less what a line of configuration loses", () => {
    assert.deepEqual(adviceOn({ brokers: { racks: ["ラック 1", "a=b:c", "zone,1"] } }), {});
    assert.deepEqual(adviceOn({ brokers: { racks: [" x", "a\nb"] } }), {
      "brokers.racks[0]": 'write "x"',
      "brokers.racks[1]": 'write "a b"',
    });
  });
});

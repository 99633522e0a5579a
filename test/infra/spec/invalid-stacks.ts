/** Title, text of the stack file, and every problem in it as it is printed. */
export const invalidStacks: readonly (readonly [title: string, text: string, problems: string | readonly string[]])[] =
  [
    [
      "an empty file",
      "# nothing\n",
      "s.yaml:1:1 stack: wanted keys with values, found an empty file; begin with: preset: dev",
    ],
    [
      "a list instead of keys",
      "- a\n",
      "s.yaml:1:1 stack: wanted keys with values, found a list; write keys with values",
    ],
    [
      "YAML that does not parse",
      "brokers: { count: 3\ntopics: []\n",
      "s.yaml:2:1 stack: wanted YAML, found: Flow map in block collection must be sufficiently indented and end with a }; correct the YAML here",
    ],
    [
      "a tab as indentation",
      "brokers:\n\tcount: 3\n",
      "s.yaml:2:1 stack: wanted spaces as indentation, found a tab; indent with spaces",
    ],
    [
      "an alias without anchor",
      "brokers: *b\n",
      "s.yaml:1:10 brokers: wanted an anchor before the alias *b, found no &b above it; write the value out",
    ],
    [
      "a key twice",
      "brokers:\n  count: 3\n  count: 5\n",
      "s.yaml:3:3 brokers.count: wanted each key once, found it again; take one of the two out",
    ],
    [
      "an unknown key",
      "brokers: { cuont: 3 }\n",
      "s.yaml:1:12 brokers.cuont: wanted one of the keys count, heap, memory, cpu, disk, racks, config, found cuont; did you mean count?",
    ],
    [
      "an unknown key that is like no other",
      "flavour: mild\n",
      "s.yaml:1:1 flavour: wanted one of the keys target, environment, preset, workload, kafka, brokers, controllers, zookeeper, security, users, defaultQuota, topics, local, docker, kubernetes, allowUnavailableOnOneFailure, found flavour; take it out; stacks/reference.yaml explains every key",
    ],
    [
      "a value of another type",
      "brokers: { count: three }\n",
      's.yaml:1:19 brokers.count: wanted a whole number, found "three"; write a whole number',
    ],
    [
      "a key without value",
      "brokers:\n",
      "s.yaml:1:1 brokers: wanted keys with values, found nothing; write a value or take the key out",
    ],
    [
      "a count out of range",
      "brokers: { count: 0 }\n",
      "s.yaml:1:19 brokers.count: wanted 1 or more, found 0; write 1 or more",
    ],
    [
      "half a broker",
      "brokers: { count: 2.5 }\n",
      "s.yaml:1:19 brokers.count: wanted a whole number, found 2.5; write a whole number",
    ],
    [
      "a word that is nearly one of the choices",
      "target: kubernets\n",
      's.yaml:1:9 target: wanted one of local, docker, kubernetes, found "kubernets"; did you mean kubernetes?',
    ],
    [
      "an unsupported version",
      "kafka: { version: 3.7.0 }\n",
      's.yaml:1:19 kafka.version: wanted one of 4.3.1, 3.9.2, found "3.7.0"; did you mean 3.9.2?',
    ],
    [
      "a version read as a number",
      "kafka: { version: 4.3 }\n",
      "s.yaml:1:19 kafka.version: wanted one of 4.3.1, 3.9.2, found 4.3; write 4.3.1 or 3.9.2",
    ],
    [
      "a size without unit",
      "brokers: { heap: 512 }\n",
      's.yaml:1:18 brokers.heap: wanted a size such as 512MiB, found "512"; add the unit: 512MiB or 512GiB',
    ],
    [
      "a negative size",
      "brokers: { disk: -10GiB }\n",
      's.yaml:1:18 brokers.disk: wanted a size such as 512MiB, found "-10GiB"; write a number that is not negative',
    ],
    [
      "a size in the wrong case",
      "brokers: { disk: 10gib }\n",
      's.yaml:1:18 brokers.disk: wanted a size such as 512MiB, found "10gib"; write 10GiB',
    ],
    [
      "a heap too small to start",
      "brokers: { heap: 16MiB }\n",
      "s.yaml:1:18 brokers.heap: wanted at least 64MiB, found 16MiB; write 64MiB or more",
    ],
    [
      "replication factor above brokers",
      "brokers: { count: 3 }\ntopics:\n  - { name: t, replicationFactor: 5, minInsyncReplicas: 2 }\n",
      "s.yaml:3:35 topics[0].replicationFactor: wanted at most 3, one replica on each broker, found 5; lower it, or raise brokers.count to 5",
    ],
    [
      "replication factor of Kafka's own topics above brokers",
      "kafka: { config: { offsets.topic.replication.factor: 5 } }\n",
      "s.yaml:1:54 kafka.config.offsets.topic.replication.factor: wanted at most 3, one replica on each broker, found 5; lower it, or raise brokers.count to 5",
    ],
    [
      "min ISR above replication factor",
      "topics:\n  - { name: t, replicationFactor: 2, minInsyncReplicas: 3 }\n",
      "s.yaml:2:57 topics[0].minInsyncReplicas: wanted at most the replication factor 2, found 3: no write with acks=all could succeed; write 1",
    ],
    [
      "min ISR equal to replication factor",
      "topics:\n  - { name: t, replicationFactor: 3, minInsyncReplicas: 3 }\n",
      "s.yaml:2:57 topics[0].minInsyncReplicas: wanted less than the replication factor 3, found 3: one broker down stops acks=all writes; write 2, or set allowUnavailableOnOneFailure to true",
    ],
    [
      "ZooKeeper with Kafka 4",
      "kafka: { version: 4.3.1, mode: zookeeper }\n",
      "s.yaml:1:32 kafka.mode: wanted kraft, which Kafka 4.3.1 has, found zookeeper; write kraft, or set kafka.version to 3.9.2",
    ],
    [
      "controllers in mode zookeeper",
      "kafka: { version: 3.9.2, mode: zookeeper }\ncontrollers: { count: 3 }\n",
      "s.yaml:2:1 controllers: wanted this section in mode kraft only, found it in mode zookeeper; take it out, or set kafka.mode to kraft",
    ],
    [
      "a ZooKeeper section in mode kraft",
      "zookeeper: { count: 3 }\n",
      "s.yaml:1:1 zookeeper: wanted this section in mode zookeeper only, found it in mode kraft; take it out, or set kafka.mode to zookeeper",
    ],
    [
      "a topic twice",
      "topics:\n  - { name: a }\n  - { name: b }\n  - { name: a }\n",
      "s.yaml:4:13 topics[2].name: wanted each topic once, found a again after topics[0]; take one out",
    ],
    [
      "topics that metrics cannot tell apart",
      "topics: [{ name: a.b }, { name: a_b }]\n",
      's.yaml:1:33 topics[1].name: wanted names that differ in more than "." and "_", found a_b beside a.b; rename one of the two; Kafka\'s metrics cannot tell them apart',
    ],
    [
      "an illegal character in a topic name",
      "topics: [{ name: my topic }]\n",
      's.yaml:1:18 topics[0].name: wanted only letters, digits, ".", "_" and "-", found "my topic"; write my-topic',
    ],
    [
      "a topic of Kafka's own",
      "topics: [{ name: __consumer_offsets }]\n",
      's.yaml:1:18 topics[0].name: wanted a name that Kafka does not keep for itself (__…), found "__consumer_offsets"; write consumer_offsets',
    ],
    [
      "a topic named dot",
      "topics: [{ name: '.' }]\n",
      's.yaml:1:18 topics[0].name: wanted a topic name other than . and .., found "."; rename it',
    ],
    [
      "a topic without a name",
      "topics:\n  - partitions: 3\n",
      "s.yaml:2:5 topics[0].name: wanted a text, found nothing; add name",
    ],
    [
      "a topic name too long",
      `topics: [{ name: ${"a".repeat(250)} }]`,
      "s.yaml:1:18 topics[0].name: wanted at most 249 characters, found 250; shorten the name",
    ],
    [
      "a topic with two faults",
      "topics: [{ name: my topic, partitions: 0 }]\n",
      [
        's.yaml:1:18 topics[0].name: wanted only letters, digits, ".", "_" and "-", found "my topic"; write my-topic',
        "s.yaml:1:40 topics[0].partitions: wanted 1 or more, found 0; write 1 or more",
      ],
    ],
    [
      "an unknown topic key",
      "topics: [{ name: t, config: { retention.sm: 7d } }]\n",
      "s.yaml:1:31 topics[0].config.retention.sm: wanted a topic key of Kafka 4.3.1, found one that it does not know; did you mean retention.ms?",
    ],
    [
      "an unknown broker key",
      "kafka: { config: { made.up.key: 1 } }\n",
      "s.yaml:1:20 kafka.config.made.up.key: wanted a broker key of Kafka 4.3.1, found one that it does not know; look it up in infra/spec/kafka-configs/4.3.1.json",
    ],
    [
      "a key of an older Kafka",
      "kafka: { config: { log.message.format.version: '3.0' } }\n",
      "s.yaml:1:20 kafka.config.log.message.format.version: wanted a broker key of Kafka 4.3.1, found one that it does not know; look it up in infra/spec/kafka-configs/4.3.1.json",
    ],
    [
      "a key that the plan owns",
      "kafka: { config: { node.id: 7 } }\nbrokers: { config: { ssl.key.password: x } }\n",
      [
        "s.yaml:1:20 kafka.config.node.id: wanted a key that is free to set, found one that the stack decides; leave it out: node ids follow from brokers.count",
        "s.yaml:2:22 brokers.config.ssl.key.password: wanted a key that is free to set, found one that the stack decides; set security.profile",
      ],
    ],
    [
      "min.insync.replicas as topic config",
      "topics: [{ name: t, config: { min.insync.replicas: 2 } }]\n",
      "s.yaml:1:31 topics[0].config.min.insync.replicas: wanted a key that is free to set, found one that the stack decides; set the topic's minInsyncReplicas",
    ],
    [
      "a duration with an unknown unit",
      "topics: [{ name: t, config: { retention.ms: 2w } }]\n",
      's.yaml:1:45 topics[0].config.retention.ms: wanted a duration such as 7d, found "2w"; write 14d',
    ],
    [
      "a value above what Kafka takes",
      "topics: [{ name: t, config: { segment.bytes: 3GiB } }]\n",
      's.yaml:1:46 topics[0].config.segment.bytes: wanted 2147483647 bytes or less, found "3GiB"; write 2147483647 or less',
    ],
    [
      "a value below what Kafka takes",
      "topics: [{ name: t, config: { retention.ms: -2 } }]\n",
      "s.yaml:1:45 topics[0].config.retention.ms: wanted -1 ms or more, found -2; write -1 or more",
    ],
    [
      "a policy that Kafka does not know",
      "topics: [{ name: t, config: { cleanup.policy: 'compact,shred' } }]\n",
      's.yaml:1:47 topics[0].config.cleanup.policy: wanted a comma-separated list of compact, delete, found "compact,shred"; leave out shred',
    ],
    [
      "a secret",
      "kafka: { config: { delegation.token.secret.key: hush } }\n",
      "s.yaml:1:49 kafka.config.delegation.token.secret.key: wanted no secret in a stack file, found one; take it out: stack files are shown and shared; passwordFrom of a user names the file or variable with its password",
    ],
    [
      "a boolean that is none",
      "kafka: { config: { auto.create.topics.enable: yep } }\n",
      's.yaml:1:47 kafka.config.auto.create.topics.enable: wanted true or false, found "yep"; write true or false',
    ],
    [
      "a list as configuration value",
      "kafka: { config: { log.cleanup.policy: [delete] } }\n",
      "s.yaml:1:40 kafka.config.log.cleanup.policy: wanted a text, a number, or true or false, found a list; write a text, a number, or true or false",
    ],
    [
      "a port in the ephemeral range",
      "local: { ports: { external: 40000 } }\n",
      "s.yaml:1:29 local.ports.external: wanted a port from 1024 to 32767, found 40000; write a port from 1024 to 32767",
    ],
    [
      "a privileged port",
      "local: { ports: { external: 80 } }\n",
      "s.yaml:1:29 local.ports.external: wanted a port from 1024 to 32767, found 80; write a port from 1024 to 32767",
    ],
    [
      "a range that ends too high",
      "local: { ports: { external: 32766 } }\n",
      "s.yaml:1:29 local.ports.external: wanted every port below 32768, found 32766 to 32768; write 32765 or less",
    ],
    [
      "ranges that overlap",
      "local: { ports: { external: 20000, internal: 20002 } }\n",
      "s.yaml:1:29 local.ports.external: wanted ranges apart, found 20000 to 20002, which overlaps internal (20002 to 20004); write 20005, or another port with room for 3",
    ],
    [
      "ports of a mode that is not there",
      "local: { ports: { zkClient: 20000 } }\n",
      "s.yaml:1:19 local.ports.zkClient: wanted ports of listeners that mode kraft has, found zkClient; take it out, or change kafka.mode",
    ],
    [
      "everything at once, in the order of the file",
      "preset: smal\nbrokers: { count: 3, heap: 512 }\ncontrollers: { count: 2 }\ntopics:\n  - { name: a/b, replicationFactor: 3 }\n  - { name: t, replicas: 3, minInsyncReplicas: 9 }\nlocal: { ports: { external: 20000, internal: 20002 } }\n",
      [
        's.yaml:1:9 preset: wanted one of dev, small, standard, throughput, durable, log-collection, activity-tracking, stream-processing, data-hub, event-sourcing, found "smal"; did you mean small?',
        's.yaml:2:28 brokers.heap: wanted a size such as 512MiB, found "512"; add the unit: 512MiB or 512GiB',
        "s.yaml:3:23 controllers.count: wanted an odd number of voters, found 2, which survives no more failures than 1; write 1 or 3",
        's.yaml:5:13 topics[0].name: wanted only letters, digits, ".", "_" and "-", found "a/b"; write a-b',
        "s.yaml:6:16 topics[1].replicas: wanted one of the keys name, partitions, replicationFactor, minInsyncReplicas, config, found replicas; take it out; stacks/reference.yaml explains every key",
        "s.yaml:7:29 local.ports.external: wanted ranges apart, found 20000 to 20002, which overlaps internal (20002 to 20004); write 20005, or another port with room for 3",
      ],
    ],
  ];

/** Title, text of the stack file, and every problem in it: what is wrong with a text before a stack is made of it. */
export const invalidYaml: readonly (readonly [title: string, text: string, problems: string | readonly string[]])[] = [
  [
    "several documents",
    "preset: dev\n---\npreset: dev\n",
    "s.yaml:2:1 stack: wanted one stack in a file, found another document after ---; write each stack into a file of its own",
  ],
  [
    "an alias inside its own anchor",
    "brokers: &b { <<: *b }\n",
    "s.yaml:1:19 brokers.<<: wanted an anchor before the alias *b, found it inside &b itself; write the value out",
  ],
  [
    "a merge of what has no keys",
    "brokers: { <<: 5 }\n",
    "s.yaml:1:16 brokers.<<: wanted keys with values to merge with <<, found something else; name the anchor of a section: <<: *anchor",
  ],
  [
    "a fault of a section that others merge: where it stands, and once",
    "x-base: &base { partitions: 0 }\ntopics:\n  - { <<: *base, name: a }\n  - { <<: [*base], name: b }\n",
    "s.yaml:1:29 topics[0].partitions: wanted 1 or more, found 0; write 1 or more",
  ],
  [
    "a key that is a list",
    "[a]: 5\n",
    "s.yaml:1:1 stack: wanted a word as a key, found a list or keys; write the key as a word",
  ],
  [
    "a byte order mark and line ends of Windows shift nothing",
    '\uFEFFbrokers: { cuont: 3 }\r\ntopics:\r\n  - { name: "bad name" }\r\n',
    [
      "s.yaml:1:12 brokers.cuont: wanted one of the keys count, heap, memory, cpu, disk, racks, config, found cuont; did you mean count?",
      's.yaml:3:13 topics[0].name: wanted only letters, digits, ".", "_" and "-", found "bad name"; write bad-name',
    ],
  ],
  [
    "numbers and truth values as texts, and texts as numbers",
    'brokers: { racks: [007, true], count: "3" }\ntopics: [{ name: 1e3 }]\nlocal: { quickStart: yes }\n',
    [
      's.yaml:1:20 brokers.racks[0]: wanted a text, found 7; write "007"',
      's.yaml:1:25 brokers.racks[1]: wanted a text, found true; write "true"',
      's.yaml:1:39 brokers.count: wanted a whole number, found "3"; write 3, without quotes',
      's.yaml:2:18 topics[0].name: wanted a text, found 1000; write "1e3"',
      's.yaml:3:22 local.quickStart: wanted true or false, found "yes"; write true',
    ],
  ],
  [
    "a text instead of a list",
    'brokers: { racks: "a, b" }\n',
    's.yaml:1:19 brokers.racks: wanted a list, found "a, b"; write [a, b]',
  ],
  [
    "wrong types and wrong rules in one round, without what may follow from them",
    `brokers: 5
topics: [{ name: t, replicationFactor: 5 }, 3, { partitions: 3 }, { name: u, replicationFactor: 2, minInsyncReplicas: 4 }]
users: [{ name: kafka-admin, can: [{ topc: a, do: [read] }, { group: b, do: [write] }, { group: b }] }, { nmae: x }]
kafka: { version: 3.8.0, config: { log.retention.ms: soon, zookeeper.connection.timeout.ms: 1 } }
workload: { produce: 5 }
security: { profile: scram }
`,
    [
      "s.yaml:1:10 brokers: wanted keys with values, found 5; write keys with values",
      "s.yaml:2:45 topics[1]: wanted keys with values, found 3; write keys with values",
      "s.yaml:2:48 topics[2].name: wanted a text, found nothing; add name",
      "s.yaml:2:119 topics[3].minInsyncReplicas: wanted at most the replication factor 2, found 4: no write with acks=all could succeed; write 1",
      "s.yaml:3:17 users[0].name: wanted a name that the cluster does not use itself, found kafka-admin; rename it",
      "s.yaml:3:38 users[0].can[0].topc: wanted one of the keys topic, group, transactionalId, cluster, do, found topc; did you mean topic?",
      "s.yaml:3:78 users[0].can[1].do[0]: wanted one of all, delete, describe, read for a group, found write; write one of those",
      "s.yaml:3:88 users[0].can[2].do: wanted a list, found nothing; add do",
      "s.yaml:3:107 users[1].nmae: wanted one of the keys name, rotation, passwordFrom, can, quota, found nmae; did you mean name?",
      's.yaml:4:19 kafka.version: wanted one of 4.3.1, 3.9.2, found "3.8.0"; did you mean 3.9.2?',
      's.yaml:4:54 kafka.config.log.retention.ms: wanted a duration such as 7d, found "soon"; write a number and one of ms, s, m, h, d, y',
      's.yaml:5:22 workload.produce: wanted a rate such as 50MB/s, found "5"; add the unit: 5MB/s or 5MiB/s',
    ],
  ],
];

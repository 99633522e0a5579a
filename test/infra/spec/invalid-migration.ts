/** As `invalidStacks`: what stands in the way from ZooKeeper to KRaft. */
export const invalidMigrations: readonly (readonly [title: string, text: string, problem: string])[] = [
  [
    "a migration that has arrived",
    "kafka: { version: 3.9.2, migration: prepare }\n",
    "s.yaml:1:26 kafka.migration: wanted it in mode zookeeper only, found it in mode kraft, where a cluster has arrived; take it out, or set kafka.mode to zookeeper",
  ],
  [
    "a migration where none was proven",
    "target: kubernetes\nkafka: { version: 3.9.2, mode: zookeeper, migration: prepare }\ncontrollers: { placement: dedicated }\n",
    "s.yaml:2:43 kafka.migration: wanted it on target local or docker, found kubernetes, where this way was never proven; take it out; make a KRaft cluster beside this one and mirror the topics",
  ],
  [
    "a migration beside another change of all nodes",
    "kafka: { version: 3.9.2, mode: zookeeper, migration: prepare }\ncontrollers: { placement: dedicated }\nsecurity: { profile: scram, transition: open }\n",
    "s.yaml:1:43 kafka.migration: wanted one change of all nodes at a time, found security.transition beside it; take it out until security.transition is done",
  ],
  [
    "a migration to combined controllers",
    "kafka: { version: 3.9.2, mode: zookeeper, migration: prepare }\n",
    "s.yaml:1:1 controllers.placement: wanted dedicated controllers for kafka.migration, found combined ones; write controllers: { placement: dedicated, count: 3 }",
  ],
  [
    "a migration with brokers that speak an older protocol",
    "kafka: { version: 3.9.2, mode: zookeeper, migration: prepare, config: { inter.broker.protocol.version: 3.8 } }\ncontrollers: { placement: dedicated }\n",
    "s.yaml:1:104 kafka.config.inter.broker.protocol.version: wanted 3.9 for kafka.migration, found 3.8; take it out, run up, then write kafka.migration again",
  ],
];

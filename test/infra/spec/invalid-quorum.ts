/** Title, text of the stack file, and the problem in it as it is printed: who votes, and how many. */
export const invalidQuorum: readonly (readonly [title: string, text: string, problem: string])[] = [
  [
    "an even number of controllers",
    "controllers: { count: 4, placement: dedicated }\n",
    "s.yaml:1:23 controllers.count: wanted an odd number of voters, found 4, which survives no more failures than 3; write 3 or 5",
  ],
  [
    "an even number of ZooKeeper nodes",
    "kafka: { version: 3.9.2, mode: zookeeper }\nzookeeper: { count: 2 }\n",
    "s.yaml:2:21 zookeeper.count: wanted an odd number of voters, found 2, which survives no more failures than 1; write 1 or 3",
  ],
  [
    "more combined controllers than brokers",
    "brokers: { count: 3 }\ncontrollers: { count: 5 }\n",
    "s.yaml:2:23 controllers.count: wanted at most 3 combined controllers, one on each broker, found 5; lower it, raise brokers.count, or set controllers.placement to dedicated",
  ],
  [
    "a dynamic quorum with a Kafka that cannot go there",
    "kafka: { version: 3.9.2 }\ncontrollers: { placement: dedicated, quorum: dynamic }\n",
    "s.yaml:2:46 controllers.quorum: wanted static, as Kafka 3.9.2 has no way from static to dynamic, found dynamic; write static, or set kafka.version to 4.3.1",
  ],
  [
    "a dynamic quorum of combined nodes",
    "controllers: { quorum: dynamic }\n",
    "s.yaml:1:24 controllers.quorum: wanted dedicated controllers for quorum dynamic, found combined ones, which go only when their brokers do; write static, or for a new cluster placement: dedicated",
  ],
  [
    "a dynamic quorum of containers",
    "target: docker\nsecurity: { profile: plaintext }\ncontrollers: { placement: dedicated, quorum: dynamic }\n",
    "s.yaml:3:46 controllers.quorum: wanted static on target docker, found dynamic: only target local takes controllers from the voters before they go; write static",
  ],
  [
    "a dynamic quorum on its way to security",
    "controllers: { placement: dedicated, quorum: dynamic }\nsecurity: { profile: scram, transition: open }\n",
    "s.yaml:1:46 controllers.quorum: wanted static while listeners change, by which voters know each other, found dynamic with security.transition; write static until security.transition is done",
  ],
];

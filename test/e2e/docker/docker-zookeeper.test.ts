import { lifecycle } from "./lifecycle.ts";

await lifecycle({
  stack: "docker-zookeeper",
  nodes: 6,
  victim: 3,
  brokers: [1, 2, 3],
  profile: "scram",
  thorough: false,
});

import { refuses } from "./refuses.ts";
import { rotations } from "./rotations.ts";

refuses(
  "e2e-zookeeper-scram",
  `
target: local
environment: dev
kafka: { version: 3.9.2, mode: zookeeper }
brokers: { count: 3 }
zookeeper: { count: 3 }
security: { profile: scram }
`,
  (cluster) => rotations(cluster, "user", "given", "own"),
);

import { refuses } from "./refuses.ts";
import { rotations } from "./rotations.ts";

refuses(
  "e2e-scram",
  `
target: local
environment: dev
kafka: { version: 4.3.1 }
brokers: { count: 3 }
controllers: { count: 3, placement: combined }
security: { profile: scram }
`,
  (cluster) => rotations(cluster, "certificates"),
);

import { refuses } from "./refuses.ts";
import { votersChange } from "./voters.ts";

refuses(
  "e2e-mtls",
  `
target: local
environment: dev
kafka: { version: 4.3.1 }
brokers: { count: 1 }
controllers: { count: 1, placement: dedicated, quorum: dynamic }
security: { profile: mtls }
`,
  votersChange,
);

import { refuses } from "./refuses.ts";

refuses(
  "e2e-mtls",
  `
target: local
environment: dev
kafka: { version: 4.3.1 }
brokers: { count: 1 }
controllers: { count: 1, placement: dedicated }
security: { profile: mtls }
`,
);

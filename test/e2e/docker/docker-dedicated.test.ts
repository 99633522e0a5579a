import { lifecycle } from "./lifecycle.ts";

await lifecycle({
  stack: "docker-dedicated",
  nodes: 6,
  victim: 2,
  brokers: [1, 2, 3],
  profile: "mtls",
  thorough: false,
});

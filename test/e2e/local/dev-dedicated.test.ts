import { lifecycle } from "./lifecycle.ts";
import { quorumTests } from "./quorum.ts";

lifecycle({
  stack: "dev-dedicated",
  nodes: 6,
  victim: 2,
  brokers: [1, 2, 3],
  quorum: [1001, 1002, 1003],
  more: quorumTests,
});

import { lifecycle } from "./lifecycle.ts";

lifecycle({ stack: "dev", nodes: 3, victim: 2, brokers: [1, 2, 3], quorum: [1, 2, 3] });

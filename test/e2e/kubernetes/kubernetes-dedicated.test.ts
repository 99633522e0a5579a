import { lifecycle } from "./lifecycle.ts";

await lifecycle({ stack: "kubernetes-dedicated", nodes: 6, victim: 3, brokers: [1, 2, 3] });

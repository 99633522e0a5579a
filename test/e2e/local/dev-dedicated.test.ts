import { lifecycle } from "./lifecycle.ts";

lifecycle({ stack: "dev-dedicated", nodes: 6, victim: 2, brokers: [1, 2, 3] });

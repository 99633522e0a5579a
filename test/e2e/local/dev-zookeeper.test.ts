import { lifecycle } from "./lifecycle.ts";

lifecycle({ stack: "dev-zookeeper", nodes: 6, victim: 3, brokers: [1, 2, 3], quorum: [2001, 2002, 2003] });

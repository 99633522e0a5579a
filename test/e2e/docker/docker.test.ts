import { lifecycle } from "./lifecycle.ts";

await lifecycle({ stack: "docker", nodes: 3, victim: 2, brokers: [1, 2, 3], profile: "scram", thorough: true });

import { changes } from "./changes.ts";
import { lifecycle } from "./lifecycle.ts";

await lifecycle({ stack: "kubernetes", nodes: 3, victim: 2, brokers: [1, 2, 3], more: changes });

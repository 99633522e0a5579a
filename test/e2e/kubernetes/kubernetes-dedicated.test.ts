import { unlessLong } from "../../helpers/long.ts";
import { lifecycle } from "./lifecycle.ts";

const leftOut = unlessLong("tried with the other shapes, and with this one, smaller, by plain pulumi");
await lifecycle({ stack: "kubernetes-dedicated", nodes: 6, victim: 3, brokers: [1, 2, 3], leftOut });

/** Fills a cache entry in a process of its own: `hang` half-way, or `slow` and tell who filled it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fillCache } from "../../toolchain/cache.ts";

const [directory = "", how] = process.argv.slice(2);
let result = "found";
await fillCache(
  directory,
  () => undefined,
  async (aside) => {
    writeFileSync(join(aside, "half"), "");
    result = "filled";
    if (how !== "hang") return sleep(500);
    process.send?.("half-way");
    await sleep(60_000);
  },
);
process.send?.(result);

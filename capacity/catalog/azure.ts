import { machines } from "./family.ts";

/** One, two and four P40 disks (2 TiB and 250 MB/s each): together they are quicker than the machine lets them be. */
export const AZURE = machines(
  {
    provider: "Azure",
    disk: "network",
    source:
      "Azure virtual machines documentation, Dsv5 size series: expected network bandwidth, uncached Premium SSD throughput without bursts",
  },
  [
    ["D4s_v5", 4, "16GiB", "12.5Gbit/s", "145MB/s", "2TiB"],
    ["D8s_v5", 8, "32GiB", "12.5Gbit/s", "290MB/s", "4TiB"],
    ["D16s_v5", 16, "64GiB", "12.5Gbit/s", "600MB/s", "8TiB"],
  ],
);

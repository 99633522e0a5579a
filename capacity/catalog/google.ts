import { machines } from "./family.ts";

/**
 * A persistent disk is as quick as its size allows (0.48 MiB/s for each GiB of pd-ssd, 0.28 of pd-balanced) and never
 * quicker than the machine allows: 240 MiB/s below 8 vCPUs, 800 below 16, 1,200 from there on. The disks here are large
 * enough for the machine to be the limit.
 */
const SOURCE =
  "Compute Engine documentation, general-purpose machine family (default egress, to which disk writes count)";

export const GOOGLE = [
  ...machines(
    { provider: "Google Cloud", disk: "network", source: `${SOURCE} and persistent disk performance, N2 with pd-ssd` },
    [
      ["n2-standard-4", 4, "16GiB", "10Gbit/s", "240MiB/s", "1TiB"],
      ["n2-standard-8", 8, "32GiB", "16Gbit/s", "800MiB/s", "2TiB"],
      ["n2-standard-16", 16, "64GiB", "32Gbit/s", "1200MiB/s", "4TiB"],
    ],
  ),
  ...machines(
    {
      provider: "Google Cloud",
      disk: "network",
      source: `${SOURCE} and persistent disk performance, N2D with pd-balanced`,
    },
    [["n2d-standard-8", 8, "32GiB", "16Gbit/s", "800MiB/s", "4TiB"]],
  ),
];

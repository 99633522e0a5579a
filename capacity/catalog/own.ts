import { machines } from "./family.ts";

const HDD_RATE = "100 MB/s a drive: Apache Kafka documentation, design (600 MB/s for six 7200 rpm SATA drives)";

/** Machines of one's own. The model counts their cores as vCPUs, which is on the safe side. */
export const OWN = [
  ...machines(
    {
      provider: "bare metal",
      disk: "hdd",
      source: `Apache Kafka documentation, hardware and OS (dual quad-core, 24 GB, 8 drives); 1 Gbit/s as in LinkedIn's benchmark, 1 TB a drive assumed; ${HDD_RATE}`,
    },
    [["bare-metal-8-hdd", 8, "24GiB", "1Gbit/s", "800MB/s", "8TB"]],
  ),
  ...machines(
    {
      provider: "bare metal",
      disk: "hdd",
      source: `Confluent documentation, running Kafka in production (24 cores, 64 GB, 12 drives of 1 TB, 10 GbE); ${HDD_RATE}`,
    },
    [["bare-metal-12-hdd", 24, "64GiB", "10Gbit/s", "1200MB/s", "12TB"]],
  ),
  ...machines(
    {
      provider: "local",
      disk: "ssd",
      source:
        "assumed: a third of a laptop for each of three brokers (12 GiB, a SATA SSD of 500 MB/s), network by loopback",
    },
    [["laptop", 1, "4GiB", "1GB/s", "150MB/s", "100GB"]],
  ),
];

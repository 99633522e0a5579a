import { machines } from "./family.ts";

/**
 * Baselines, never the "up to" figures: bursts end after minutes, and a broker works all day. An EBS volume can be as
 * large as one likes; the sizes here grow with the machine.
 */
const EBS =
  "network and EBS baseline; the EBS baseline is below what one gp3 volume can be given (1,000 MiB/s, EBS user guide)";

/**
 * The sequential rate of the local disks is not published for each size; what is published is that they take so many
 * random writes of 4 KiB each second, and sequential ones are no slower: rate = write IOPS × 4 KiB.
 */
const INSTANCE_STORE =
  "network baseline; disk rate = published write IOPS × 4 KiB, a lower bound; the disks are empty after a stop";

export const AWS = [
  ...machines(
    {
      provider: "AWS",
      disk: "network",
      source: `Amazon EC2 instance types guide, general purpose instances: ${EBS}`,
    },
    [
      ["m7g.large", 2, "8GiB", "0.937Gbit/s", "78.75MB/s", "1TiB"],
      ["m7g.xlarge", 4, "16GiB", "1.876Gbit/s", "156.25MB/s", "2TiB"],
      ["m7g.2xlarge", 8, "32GiB", "3.75Gbit/s", "312.5MB/s", "4TiB"],
      ["m7g.4xlarge", 16, "64GiB", "7.5Gbit/s", "625MB/s", "8TiB"],
    ],
  ),
  ...machines(
    {
      provider: "AWS",
      disk: "network",
      source: `Amazon EC2 instance types guide, memory optimized instances: ${EBS}`,
    },
    [
      ["r6i.2xlarge", 8, "64GiB", "3.125Gbit/s", "312.5MB/s", "4TiB"],
      ["r6i.4xlarge", 16, "128GiB", "6.25Gbit/s", "625MB/s", "8TiB"],
    ],
  ),
  ...machines(
    {
      provider: "AWS",
      disk: "nvme",
      source: `Amazon EC2 instance types guide, storage optimized instances: ${INSTANCE_STORE}`,
    },
    [
      ["i3en.2xlarge", 8, "64GiB", "8.4Gbit/s", "532.48MB/s", "5TB"],
      ["i3en.3xlarge", 12, "96GiB", "12.5Gbit/s", "819.2MB/s", "7.5TB"],
      ["i3en.6xlarge", 24, "192GiB", "25Gbit/s", "1638.4MB/s", "15TB"],
      ["i4i.2xlarge", 8, "64GiB", "4.687Gbit/s", "450.56MB/s", "1875GB"],
      ["i4i.4xlarge", 16, "128GiB", "9.375Gbit/s", "901.12MB/s", "3750GB"],
    ],
  ),
];

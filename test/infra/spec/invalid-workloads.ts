/** As invalid-stacks.ts: what a workload is refused for. */
export const invalidWorkloads: readonly (readonly [
  title: string,
  text: string,
  problems: string | readonly string[],
])[] = [
  [
    "a workload in bits and without a unit",
    "workload: { produce: 10Gb/s, retention: 7 }\n",
    [
      's.yaml:1:22 workload.produce: wanted a rate such as 50MB/s, found "10Gb/s"; write 10GB/s or 10Gbit/s',
      's.yaml:1:41 workload.retention: wanted a duration such as 7d, found "7"; add the unit: 7ms or 7s',
    ],
  ],
  [
    "a peak below the average",
    "workload: { produce: 10MB/s, peak: 5MB/s }\n",
    "s.yaml:1:36 workload.peak: wanted a peak that is not below the average, found 5 MB/s; change the workload",
  ],
  [
    "a workload that no cluster of the class carries",
    "workload: { produce: 90TB/s, machine: laptop }\n",
    "s.yaml:1:39 workload.machine: wanted a class of which 1000 brokers are enough, found laptop, with so many in use: network-in 52826 %, network-out 70394 %, disk-throughput 376415 %, storage 106248649 %, memory 369134 %, cpu 3513514 %, partitions 1319 %; take a larger class, or split the workload",
  ],
  [
    "a rack that may fail where there are none",
    "workload: { produce: 1MB/s, mayFail: rack }\n",
    "s.yaml:1:38 workload.mayFail: wanted 3 racks or more, one for each replica, found 1; change the workload",
  ],
];

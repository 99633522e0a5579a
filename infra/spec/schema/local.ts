import { z } from "zod";
import { firstPort } from "./fields.ts";

const PORTS = {
  internal: "listener INTERNAL of the brokers, for replication",
  external: "listener EXTERNAL of the brokers, for clients",
  controller: "listener CONTROLLER of the KRaft quorum",
  zkClient: "ZooKeeper's client listener, where brokers connect",
  zkQuorum: "ZooKeeper's quorum listener, where followers connect",
  zkElection: "ZooKeeper's election listener",
};

const port = (key: keyof typeof PORTS, example: number) =>
  firstPort()
    .describe(`First port of ${PORTS[key]}; the nodes take this one and those after it. Default: picked free.`)
    .meta({ examples: [example] });

export const local = z
  .strictObject({
    ports: z
      .strictObject({
        internal: port("internal", 19092),
        external: port("external", 19192),
        controller: port("controller", 19292),
        zkClient: port("zkClient", 19392),
        zkQuorum: port("zkQuorum", 19492),
        zkElection: port("zkElection", 19592),
      })
      .prefault({})
      .describe(
        "Ports on 127.0.0.1, from 1024 to 32767: above, Linux hands them out to outgoing connections. Fix them only if something outside must know them beforehand.",
      ),
    quickStart: z
      .boolean()
      .default(true)
      .describe(
        "Start quickly rather than run at full speed: Java's quick compiler only. Set false to measure throughput.",
      ),
  })
  .prefault({})
  .describe("Target local only.");

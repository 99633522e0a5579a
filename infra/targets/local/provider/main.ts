import { serveProvider } from "../../../../toolchain/plugin/provider.ts";
import { certificatesResource } from "../../security/certificates-resource.ts";
import { clusterResource } from "./cluster-resource.ts";
import { nodeResource } from "./node-resource.ts";

/** The `kafka-local` provider plugin: real Kafka and ZooKeeper processes on this machine. */
await serveProvider({
  name: "kafka-local",
  version: "0.1.0",
  handlers: {
    "kafka-local:index:Certificates": certificatesResource,
    "kafka-local:index:Cluster": clusterResource,
    "kafka-local:index:Node": nodeResource,
  },
});

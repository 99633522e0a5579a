import { serveProvider } from "../../../../toolchain/plugin/provider.ts";
import { certificatesResource } from "../../security/certificates-resource.ts";
import { clusterResource } from "./cluster-resource.ts";
import { filesResource } from "./files-resource.ts";
import { roomResource } from "./room-resource.ts";

/** The `kafka-docker` provider plugin: what Docker's own provider has no resource for. */
await serveProvider({
  name: "kafka-docker",
  version: "0.1.0",
  handlers: {
    "kafka-docker:index:Certificates": certificatesResource,
    "kafka-docker:index:Cluster": clusterResource,
    "kafka-docker:index:Room": roomResource,
    "kafka-docker:index:Files": filesResource,
  },
});

import { serveProvider } from "../../../../toolchain/plugin/provider.ts";
import { certificatesResource } from "../../security/certificates-resource.ts";
import { clusterResource } from "./cluster-resource.ts";
import { rolloutResource } from "./rollout-resource.ts";

/** The `kafka-kubernetes` provider plugin: what Kubernetes' own provider has no resource for. */
await serveProvider({
  name: "kafka-kubernetes",
  version: "0.1.0",
  handlers: {
    "kafka-kubernetes:index:Certificates": certificatesResource,
    "kafka-kubernetes:index:Cluster": clusterResource,
    "kafka-kubernetes:index:Rollout": rolloutResource,
  },
});

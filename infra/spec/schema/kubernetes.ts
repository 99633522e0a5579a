import { z } from "zod";
import { advertisedHost, domain } from "./address.ts";
import { image } from "./fields.ts";

/** As Kubernetes writes it in a pod (core/v1 Toleration); what it leaves out matches everything. */
const toleration = z.strictObject({
  key: z
    .string()
    .optional()
    .describe("Key of the taint.")
    .meta({ examples: ["dedicated"] }),
  operator: z
    .enum(["Exists", "Equal"])
    .default("Equal")
    .describe("Exists: whatever the taint's value is.")
    .meta({ examples: ["Equal"] }),
  value: z
    .string()
    .optional()
    .describe("Value of the taint.")
    .meta({ examples: ["kafka"] }),
  effect: z
    .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
    .optional()
    .describe("Effect of the taint.")
    .meta({ examples: ["NoSchedule"] }),
});

/** Names of objects: RFC 1123 labels. */
const name = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)
    .meta({ wanted: `${what}: up to 63 lower-case letters, digits and inner hyphens` });

/** Outside this range the API server refuses node ports, unless it was started with another. */
const nodePort = z.int().min(30_000).max(32_767).meta({ wanted: "a port from 30000 to 32767" });

export const kubernetes = z
  .strictObject({
    context: z
      .string()
      .min(1)
      .optional()
      .describe("Context of the kubeconfig. Default: the current one (kubectl config use-context).")
      .meta({ examples: ["production"] }),
    namespace: name("the name of a namespace")
      .optional()
      .describe("Namespace of everything. Default: kafka- and the stack's name.")
      .meta({ examples: ["kafka"] }),
    createNamespace: z
      .boolean()
      .default(true)
      .describe("Make the namespace unless it is there. It outlives down, as the data in it does."),
    image: image
      .default("auto")
      .describe(
        "What the pods run. auto: apache/kafka of the stack's version. build: an image of the same layout made here from Debian and Maven packages, which you bring to the cluster's machines or to its registry. Anything else: your own image of that layout, best pinned by digest.",
      ),
    imagePullSecrets: z
      .array(name("the name of a Secret"))
      .default([])
      .describe("Secrets of the namespace with which the image is pulled.")
      .meta({ examples: [["registry-login"]] }),
    storageClass: z
      .string()
      .min(1)
      .optional()
      .describe("Class of the data volumes. Default: the cluster's default class.")
      .meta({ examples: ["fast-ssd"] }),
    external: z
      .enum(["none", "nodePort", "loadBalancer"])
      .default("nodePort")
      .describe(
        "How clients outside the cluster reach each broker: not at all, by a port of every machine, or by a load balancer of its own. With none, every command reaches them through the API server, and kafka-stacks tunnel holds that way open for clients on the same machine; brokers tell clients outside ports of 127.0.0.1.",
      ),
    advertisedHost: advertisedHost("{id}")
      .optional()
      .describe(
        "Name or IPv4 address that clients outside are told, without protocol and port; {id} in it stands for the broker's node id. Default: with nodePort the address of the machine that a broker's pod runs on, with loadBalancer the balancer's own.",
      )
      .meta({ examples: ["kafka-{id}.example.org"] }),
    ports: z
      .strictObject({
        external: nodePort
          .optional()
          .describe(
            "First node port of listener EXTERNAL, or with external none the first port of 127.0.0.1 where a tunnel begins; the brokers take this one and those after it. Default: picked free.",
          )
          .meta({ examples: [31_092] }),
      })
      .prefault({})
      .describe("Ports of the cluster's machines with external nodePort, or of a tunnel with external none."),
    clusterDomain: domain().default("cluster.local").describe("DNS domain of the cluster's Services."),
    zoneLabel: z
      .string()
      .min(1)
      .default("topology.kubernetes.io/zone")
      .describe(
        "Label of the machines that names their zone. brokers.racks are values of it: a broker runs in the zone that is its rack. Without racks, pods are spread over the zones as far as possible.",
      ),
    spread: z
      .enum(["required", "preferred"])
      .optional()
      .describe(
        "Whether two nodes of one kind may share a machine. required: a pod waits rather than do so. Default: required, and preferred when environment is dev.",
      )
      .meta({ examples: ["required"] }),
    priorityClass: z
      .string()
      .min(1)
      .optional()
      .describe("PriorityClass of the pods, so that others give way to them.")
      .meta({ examples: ["kafka"] }),
    nodeSelector: z
      .record(z.string(), z.string())
      .default({})
      .describe("Labels that a machine must have.")
      .meta({ examples: [{ "kubernetes.io/arch": "amd64" }] }),
    tolerations: z.array(toleration).default([]).describe("Taints of machines that the pods tolerate."),
    quickStart: z
      .boolean()
      .default(false)
      .describe("Start quickly rather than run at full speed: Java's quick compiler only. For development and tests."),
  })
  .prefault({})
  .describe("Target kubernetes only.");

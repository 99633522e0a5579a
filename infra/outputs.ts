import { z } from "zod";

const node = z.strictObject({
  id: z.int(),
  roles: z.array(z.enum(["broker", "controller", "zookeeper"])),
  rack: z.string().nullable(),
  /** Where clients (broker), voters (controller) or brokers (ZooKeeper) reach it, host:port. */
  address: z.string(),
  /** KRaft controllers only, host:port of the CONTROLLER listener. */
  controllerAddress: z.string().optional(),
});

/** What a deployed cluster tells the world: written by `infra`, read by `scripts` from the stack's outputs. */
export const clusterOutputs = z.strictObject({
  schemaVersion: z.literal(1),
  stack: z.string(),
  target: z.enum(["local", "docker", "kubernetes"]),
  mode: z.enum(["kraft", "zookeeper"]),
  kafkaVersion: z.string(),
  clusterId: z.string(),
  bootstrapServers: z.array(z.string()),
  /** True when they answer only while a tunnel is open on the machine of the client. */
  tunnel: z.literal(true).optional(),
  /** Where clients in the cluster's own network reach it, when that is another place. */
  inside: z
    .strictObject({
      /** Name of the Docker network, or of the Kubernetes namespace. */
      network: z.string(),
      bootstrapServers: z.array(z.string()),
    })
    .optional(),
  nodes: z.array(node),
});

/** How to log in to a deployed cluster: a secret output of the stack. */
export const accessOutputs = z.strictObject({
  schemaVersion: z.literal(1),
  profile: z.enum(["plaintext", "tls", "scram", "mtls"]),
  /** Certificates to trust, PEM; null with plaintext. */
  authority: z.string().nullable(),
  /** Where clients outside may log in by Kerberos too, as the name of an identity in this realm. */
  kerberos: z.strictObject({ realm: z.string(), serviceName: z.string() }).optional(),
  /** Who may log in; empty with plaintext and tls. */
  identities: z.array(
    z.strictObject({
      name: z.string(),
      purpose: z.enum(["admin", "health", "smoke", "user"]),
      password: z.string().optional(),
      /** Passwords of ours that the cluster may still go by, the last first: see scripts/kafka/earlier-passwords.ts. */
      earlier: z.array(z.string()).optional(),
      /** Chain, PEM. */
      certificate: z.string().optional(),
      /** PKCS#8, PEM. */
      key: z.string().optional(),
    }),
  ),
});

export type AccessOutputs = z.infer<typeof accessOutputs>;
export type ClusterOutputs = z.infer<typeof clusterOutputs>;
export type NodeOutputs = z.infer<typeof node>;

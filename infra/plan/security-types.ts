/** What of a ClusterPlan says who may do what, and how it is proven. Plain JSON, without any secret. */
import type { ListenerName } from "./types.ts";

export type SecurityProfile = "plaintext" | "tls" | "scram" | "mtls";

export interface SecurityPlan {
  readonly profile: SecurityProfile;
  /** How far a live cluster has come on its way from plaintext to the profile; absent once it is there. */
  readonly transition?: "open" | "switch";
  readonly listeners: ListenerParts;
  /** Who logs in; empty with plaintext and tls. */
  readonly identities: readonly IdentityPlan[];
  /** Of users without a quota of their own; absent: none. */
  readonly defaultQuotas?: QuotaPlan;
  /** Which passwords of the cluster's own names; absent: the first. */
  readonly rotation?: number;
  /** Absent with plaintext. */
  readonly certificates?: CertificatesPlan;
  /** Absent: clients do not log in by Kerberos. */
  readonly kerberos?: KerberosPlan;
}

/** Kerberos beside passwords. */
export interface KerberosPlan {
  readonly realm: string;
  readonly serviceName: string;
  /** Of every broker, as clients outside ask for it. */
  readonly principal: string;
  /** Files that were given, absolute paths by the name that tokens have. Those of a name in .keytab are secret, and binary. */
  readonly given: Readonly<Record<"krb5.conf" | "kafka.keytab", string>>;
}

/** Which listener plays which part. */
export interface ListenerParts {
  /** Clients outside. */
  readonly outside: ListenerName;
  /** Clients in the cluster's own network; absent where that is no other place than outside. */
  readonly inside?: ListenerName;
  readonly interBroker: ListenerName;
  /** KRaft controllers; of no meaning in mode zookeeper. */
  readonly quorum: ListenerName;
}

/** A name that logs in, and what it may do. */
export interface IdentityPlan {
  readonly name: string;
  /** `probe`: a node's own health check, on its own loopback. */
  readonly purpose: "admin" | "health" | "smoke" | "user" | "probe";
  /** How it proves itself: the name of its secret, or of its certificate; `listener`: only nodes' own files know it. */
  readonly proof:
    | {
        readonly kind: "password";
        readonly secret: string;
        /** Read where the stack says, and not made. */
        readonly given?: true;
      }
    | { readonly kind: "certificate"; readonly certificate: string }
    | { readonly kind: "listener" };
  /** The super user needs none. */
  readonly acls: readonly AclPlan[];
  readonly quotas: QuotaPlan;
}

export interface QuotaPlan {
  /** For each broker. */
  readonly produceBytesPerSecond?: number;
  /** For each broker. */
  readonly consumeBytesPerSecond?: number;
  /** Of one broker's request handler and network threads; may exceed 100, for there are several. */
  readonly requestPercent?: number;
}

export interface AclPlan {
  readonly resource: "topic" | "group" | "transactionalId" | "cluster";
  /** `kafka-cluster` for the cluster. */
  readonly name: string;
  readonly pattern: "literal" | "prefixed";
  /** Kafka's operations in Kafka's spelling (org.apache.kafka.common.acl.AclOperation): Read, DescribeConfigs, …; sorted. */
  readonly operations: readonly string[];
}

export interface CertificatesPlan {
  /** Of node and client certificates. */
  readonly lifetimeDays: number;
  readonly renewBeforeDays: number;
  /** Of an authority that is made. */
  readonly authorityDays: number;
  /**
   * Phase of replacing the authority: with `trustBoth` a new one is made and trusted beside the old, with `reissue` it signs
   * everything while the old is still trusted; back at `stable` the old is dropped.
   */
  readonly rotation: "stable" | "trustBoth" | "reissue";
  /** PEM files of a given authority, absolute paths; absent: one is made. */
  readonly given?: { readonly certificate: string; readonly key: string };
  readonly wanted: readonly CertificatePlan[];
}

export interface CertificatePlan {
  /** `node-1`; on Kubernetes the pool's kind: `broker`; of a client `user-<name>`. */
  readonly name: string;
  readonly commonName: string;
  /** Nodes that present it; the target says under which names and addresses they are reached. Empty for a client. */
  readonly nodes: readonly number[];
}

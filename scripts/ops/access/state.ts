/** Who may do what, as plain data: the same words for what a cluster has and for what a stack wants. */

export interface AccessState {
  readonly credentials: readonly CredentialState[];
  readonly acls: readonly AclState[];
  readonly quotas: readonly QuotaState[];
}

export type Mechanism = "SCRAM-SHA-256" | "SCRAM-SHA-512";

export interface CredentialState {
  readonly user: string;
  readonly mechanism: Mechanism;
  readonly iterations: number;
  /** Whether the password of this deployment logs in; null: there is none, so it was not tried. */
  readonly current: boolean | null;
}

/** One line of Kafka's authorizer: one operation. */
export interface AclState {
  /** topic, group, cluster, transactionalId, delegationToken or user. */
  readonly resource: string;
  readonly name: string;
  readonly pattern: "literal" | "prefixed";
  /** `User:<name>`, or `User:*`. */
  readonly principal: string;
  /** Address that the client comes from; `*`: any. */
  readonly host: string;
  /** In Kafka's spelling: Read, DescribeConfigs, … */
  readonly operation: string;
  readonly permission: "Allow" | "Deny";
}

/** One number of one entity. */
export interface QuotaState {
  readonly entity: QuotaEntity;
  /** Kafka's name: producer_byte_rate, consumer_byte_rate, request_percentage, … */
  readonly key: string;
  readonly value: number;
}

/** Whom a quota holds for: a user, a client id, both, or an address; null is the default for those without an own one. */
export interface QuotaEntity {
  readonly user?: string | null;
  readonly "client-id"?: string | null;
  readonly ip?: string | null;
}

export const credentialKey = ({ user, mechanism }: Pick<CredentialState, "user" | "mechanism">): string =>
  keyOf([user, mechanism]);

export const aclKey = (acl: AclState): string =>
  keyOf([acl.principal, acl.resource, acl.pattern, acl.name, acl.permission, acl.operation, acl.host]);

export const quotaKey = ({ entity, key }: Pick<QuotaState, "entity" | "key">): string =>
  keyOf([entity.user, entity["client-id"], entity.ip, key]);

/** No two lists have the same, and it sorts as the first item does. `undefined` differs from `null`. */
function keyOf(items: readonly (string | null | undefined)[]): string {
  return items.map((item) => (item === undefined ? "" : JSON.stringify(item))).join();
}

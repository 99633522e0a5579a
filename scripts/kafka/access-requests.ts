/**
 * The requests about users, in the manner of `gaps.ts`: asked of one given node, nothing retries. kafkajs has those about
 * permissions only, and cannot ask each broker what it knows.
 */
import {
  AclOperations,
  AclPermissionTypes,
  alterClientQuotasV1,
  alterUserScramCredentialsV0,
  type ClientQuotaEntityType,
  type ClientQuotaKey,
  createAclsV3,
  deleteAclsV3,
  describeAclsV3,
  describeClientQuotasV1,
  describeUserScramCredentialsV0,
  ResourcePatternTypes,
  ResourceTypes,
  ScramMechanisms,
} from "@platformatic/kafka";
import type { CredentialChange, QuotaChange } from "../ops/access/change.ts";
import type { AclState, CredentialState, QuotaEntity, QuotaState } from "../ops/access/state.ts";
import type { SaltedPassword } from "./access-scram.ts";
import type { NodeConnection } from "./gaps.ts";

const MECHANISMS = { "SCRAM-SHA-256": ScramMechanisms.SCRAM_SHA_256, "SCRAM-SHA-512": ScramMechanisms.SCRAM_SHA_512 };
const PATTERNS = { literal: ResourcePatternTypes.LITERAL, prefixed: ResourcePatternTypes.PREFIXED };
const PERMISSIONS = { Allow: AclPermissionTypes.ALLOW, Deny: AclPermissionTypes.DENY };
const RESOURCES = words(ResourceTypes, (word) => word.charAt(0).toLowerCase() + word.slice(1));
const OPERATIONS = words(AclOperations, (word) => word);

/** `TRANSACTIONAL_ID` as Kafka's tools and this project write it: `TransactionalId`, `transactionalId`. */
function words<V extends number>(numbers: Readonly<Record<string, V>>, spell: (word: string) => string) {
  const camel = (text: string) => text.toLowerCase().replace(/(?:^|_)(\w)/g, (_, first: string) => first.toUpperCase());
  return Object.fromEntries(Object.entries(numbers).map(([name, number]) => [spell(camel(name)), number]));
}

/** The word for a number; one that is not known stands for itself. */
const wordOf = <W extends string>(table: Readonly<Record<W, number>>, number: number): W =>
  ((Object.keys(table) as W[]).find((word) => table[word] === number) ?? String(number)) as W;

/** The number for a word that came from {@link wordOf}, or from a plan. @throws when there is none. */
function numberOf<V extends number>(table: Readonly<Record<string, V>>, word: string): V {
  const number = table[word] ?? (/^\d+$/.test(word) ? (Number(word) as V) : undefined);
  if (number === undefined) throw new Error(`Kafka has no ${word}`);
  return number;
}

export async function describeCredentials(node: NodeConnection): Promise<Omit<CredentialState, "current">[]> {
  const { results } = await describeUserScramCredentialsV0.api.async(node, null);
  return results.flatMap(({ user, credentialInfos }) =>
    credentialInfos.map(({ mechanism, iterations }) => ({
      user,
      mechanism: wordOf(MECHANISMS, mechanism),
      iterations,
    })),
  );
}

export async function upsertCredentials(
  node: NodeConnection,
  items: readonly (Pick<CredentialChange, "user" | "mechanism"> & SaltedPassword)[],
): Promise<void> {
  const upsertions = items.map(({ user, mechanism, iterations, salt, saltedPassword }) => ({
    ...{ name: user, mechanism: MECHANISMS[mechanism] },
    ...{ iterations, salt, saltedPassword },
  }));
  await alterUserScramCredentialsV0.api.async(node, [], upsertions);
}

export async function deleteCredentials(
  node: NodeConnection,
  items: readonly Pick<CredentialChange, "user" | "mechanism">[],
): Promise<void> {
  const deletions = items.map(({ user, mechanism }) => ({ name: user, mechanism: MECHANISMS[mechanism] }));
  await alterUserScramCredentialsV0.api.async(node, deletions, []);
}

export async function describeAcls(node: NodeConnection): Promise<AclState[]> {
  const { resources } = await describeAclsV3.api.async(node, {
    resourceType: ResourceTypes.ANY,
    resourceName: null,
    resourcePatternType: ResourcePatternTypes.ANY,
    principal: null,
    host: null,
    operation: AclOperations.ANY,
    permissionType: AclPermissionTypes.ANY,
  });
  return resources.flatMap(({ resourceType, resourceName, resourcePatternType, acls }) =>
    acls.map(({ principal, host, operation, permissionType }) => ({
      resource: wordOf(RESOURCES, resourceType),
      name: resourceName,
      pattern: wordOf(PATTERNS, resourcePatternType),
      ...{ principal, host },
      operation: wordOf(OPERATIONS, operation),
      permission: wordOf(PERMISSIONS, permissionType),
    })),
  );
}

export async function createAcls(node: NodeConnection, acls: readonly AclState[]): Promise<void> {
  await createAclsV3.api.async(node, acls.map(numbersOf));
}

/** Exactly these: each is a filter that matches nothing else. */
export async function deleteAcls(node: NodeConnection, acls: readonly AclState[]): Promise<void> {
  await deleteAclsV3.api.async(node, acls.map(numbersOf));
}

function numbersOf({ resource, name, pattern, principal, host, operation, permission }: AclState) {
  return {
    resourceType: numberOf(RESOURCES, resource),
    resourceName: name,
    resourcePatternType: PATTERNS[pattern],
    ...{ principal, host },
    operation: numberOf(OPERATIONS, operation),
    permissionType: PERMISSIONS[permission],
  };
}

export async function describeQuotas(node: NodeConnection): Promise<QuotaState[]> {
  const { entries } = await describeClientQuotasV1.api.async(node, [], false);
  return (entries ?? []).flatMap(({ entity, values }) =>
    values.map(({ key, value }) => ({
      entity: Object.fromEntries(entity.map(({ entityType, entityName }) => [entityType, entityName])) as QuotaEntity,
      ...{ key, value },
    })),
  );
}

export async function alterQuotas(
  node: NodeConnection,
  items: readonly Pick<QuotaChange, "entity" | "key" | "to">[],
): Promise<void> {
  // Kafka refuses an entity that comes twice in a request.
  const entries = new Map<string, { entities: ReturnType<typeof entitiesOf>; ops: ReturnType<typeof op>[] }>();
  for (const item of items) {
    const entities = entitiesOf(item.entity);
    const key = JSON.stringify(entities);
    entries.set(key, { entities, ops: [...(entries.get(key)?.ops ?? []), op(item)] });
  }
  await alterClientQuotasV1.api.async(node, [...entries.values()], false);
}

const entitiesOf = (entity: QuotaEntity) =>
  Object.entries(entity)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, name]) => ({ entityType: type as ClientQuotaEntityType, entityName: name as string | null }));

const op = ({ key, to }: Pick<QuotaChange, "key" | "to">) =>
  to === null
    ? ({ key: key as ClientQuotaKey, remove: true } as const)
    : ({ key: key as ClientQuotaKey, value: to, remove: false } as const);

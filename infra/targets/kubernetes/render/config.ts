import { createHash } from "node:crypto";
import { type Bindings, bindProperties, bindText } from "../../../plan/bind.ts";
import { zooKeeperId } from "../../../plan/nodes.ts";
import type { ListenerName, ListenerPlan, NodePlan } from "../../../plan/types.ts";
import { DATA_ROOT, isOnLoopback, LOOPBACK, portOf } from "../../container/node.ts";
import { podFiles } from "../../container/scripts.ts";
import { type Sealed, sealedBindings } from "../../decisions/sealed.ts";
import { names } from "../names.ts";
import { type KubernetesPlanned, type Pool, podName } from "../pools.ts";

/** Where the ConfigMap and the Secret are mounted; the place of the official image. */
export const SHARED_CONFIG = "/mnt/shared/config";
/** Where node.sh puts them with the pod's own id and addresses filled in. */
export const OWN_CONFIG = "/tmp/config";
export const EXTERNAL_MAP = "/mnt/shared/external";
export const DATA_DIRECTORY = `${DATA_ROOT}/data`;

export type Plan = Pick<
  KubernetesPlanned,
  "name" | "nodes" | "kubernetes" | "kafkaVersion" | "mode" | "secrets" | "security" | "roll"
>;

/** The files of a pool, the same for each of its pods. Those that hold secrets are apart. */
export interface PoolConfig {
  readonly open: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, string>>;
  /** Changes with any of the files; tells nothing of them. */
  readonly hash: string;
}

/** DNS domain of the pods' own names. */
export const podDomain = ({ name, kubernetes }: Plan): string =>
  `${names.nodes(name)}.${kubernetes.namespace}.svc.${kubernetes.clusterDomain}`;

/** A node's own name in the cluster's DNS; the same wherever its pod runs. */
export const hostOf = (plan: Plan, nodeId: number): string => `${podName(plan, nodeId)}.${podDomain(plan)}`;

/**
 * The configuration of a pool: the plan's text, in which what differs between its pods stands as `@id@`, `@host@` and
 * `@external@`, so that one more pod changes nothing for the others. Filling them in gives the plan's text of each node
 * again, which tests hold.
 */
export function renderConfig(plan: Plan, pool: Pool, sealed: Sealed): PoolConfig {
  const [first, ...others] = pool.nodes.map((node) => renderFiles(plan, node, sealed)) as [PoolFiles, ...PoolFiles[]];
  for (const other of others)
    if (JSON.stringify(other) !== JSON.stringify(first))
      throw new Error(`nodes of ${pool.statefulSet} differ in more than their id and addresses`);
  const sorted = [first.open, first.secret].map((files) => Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...first, hash: createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 10) };
}

type PoolFiles = Omit<PoolConfig, "hash">;

function renderFiles(plan: Plan, node: NodePlan, sealed: Sealed): PoolFiles {
  const bindings = bindingsOf(plan, sealed);
  const own = (text: string) => ownAddresses(plan, node, text);
  const values = ownValues(node);
  const bound = [
    ...Object.entries(node.files).map(([name, text]) => {
      return { name, isSecret: SECRET.test(text), text: bindText(own(text), bindings) };
    }),
    {
      name: node.config.name,
      isSecret: SECRET.test(Object.values(values).join("\n")),
      text: bindProperties(values, bindings, own),
    },
  ];
  const having = (wanted: boolean) =>
    Object.fromEntries(bound.filter(({ isSecret }) => isSecret === wanted).map(({ name, text }) => [name, text]));
  return { open: { ...podFiles(), ...having(false) }, secret: having(true) };
}

/** Whom to trust is no secret, and yet lies with what is: that does not exist before the certificates do. */
const SECRET = /\{\{(secret|pem):/;

/** Properties of which the value is the node's own id. */
const ID_KEYS = ["node.id", "broker.id"];

function ownValues({ config }: NodePlan): Record<string, string> {
  const entries = Object.entries(config.properties);
  return Object.fromEntries(entries.map(([key, value]) => [key, ID_KEYS.includes(key) ? "@id@" : value]));
}

/** Where clients and other brokers reach this very node; everybody's addresses are written out. */
function ownAddresses({ security }: Plan, node: NodePlan, text: string): string {
  if (!node.roles.includes("broker")) return text;
  const { outside } = security.listeners;
  const token = ({ name }: ListenerPlan) => `{{address:${name}@${node.id}}}`;
  return node.listeners
    .filter(({ name }) => !QUORUM.includes(name))
    .reduce((all, one) => all.replaceAll(token(one), one.name === outside ? "@external@" : `@host@:${one.port}`), text);
}

/** Voters are named to everybody, so these stand in each text as they are. */
const QUORUM: readonly ListenerName[] = ["CONTROLLER", "CONTROLLER_TLS"];

/** Tokens of the plan as pods have them. */
export function bindingsOf(plan: Plan, sealed: Sealed): Bindings {
  const nodeOf = (nodeId: number) => plan.nodes.find(({ id }) => id === nodeId) ?? { id: nodeId, listeners: [] };
  const port = (listener: ListenerName, nodeId: number): number => portOf(nodeOf(nodeId), listener);
  return {
    address: (listener, nodeId) => ({ host: hostOf(plan, nodeId), port: port(listener, nodeId) }),
    bind: (listener, nodeId) => ({
      host: isOnLoopback(nodeOf(nodeId), listener) ? LOOPBACK : "0.0.0.0",
      port: port(listener, nodeId),
    }),
    // A fresh file system has a folder of its own, lost+found, at which Kafka takes offence in its log directory.
    dir: (dir) => (dir === "config" ? OWN_CONFIG : `${DATA_ROOT}/${dir}/log`),
    ...sealedBindings(sealed),
  };
}

/** What node.sh fills in, so that tests can do the same. */
export const placeholders = (plan: Plan, nodeId: number, external: string): Readonly<Record<string, string>> => ({
  "@id@": String(nodeId),
  "@myid@": String(zooKeeperId(nodeId)),
  "@host@": hostOf(plan, nodeId),
  "@external@": external,
});

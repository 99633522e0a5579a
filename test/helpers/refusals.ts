import assert from "node:assert/strict";
import type { Authority } from "../../infra/targets/security/types.ts";
import type { Identity } from "../../scripts/kafka/identity.ts";
import { connectionFault, kafkaErrors } from "../../scripts/ops/connection-faults.ts";
import { clientRows } from "./refusals-clients.ts";
import { nodeRows } from "./refusals-nodes.ts";
import { permissionRows } from "./refusals-permissions.ts";
import { type AttackedZooKeeper, HANDSHAKE_FAILURE, zooKeeperRows } from "./refusals-zookeeper.ts";

/** A running cluster that is to refuse, and what a test must have of it to know that it refuses for the right reason. */
export interface Attacked {
  readonly profile: "tls" | "scram" | "mtls";
  readonly mode: "kraft" | "zookeeper";
  /** Addresses of one broker for clients: outside, and inside where that is reached from here. */
  readonly clients: readonly string[];
  /** Addresses at which only nodes log in. */
  readonly replication: string;
  /** Of a KRaft controller. */
  readonly controller?: string;
  /** The address that nodes see attempts come from: ZooKeeper's compare it with a certificate's. */
  readonly from: string;
  /** With its key, for certificates that the real one would never issue. */
  readonly authority: Authority;
  readonly admin: Identity;
  /** With profile tls, nobody. */
  readonly user: Identity;
  /** A topic that the user may read and write, and a group; all that it may. */
  readonly own: { readonly topic: string; readonly group: string };
  readonly zooKeeper?: AttackedZooKeeper;
}

/**
 * An attempt, and by what it is known to be refused: the kind of a connection's fault, or Kafka's name of an error. Any
 * other failure (nobody listens, a time-out, a request that no broker understands) proves nothing, and counts as a success.
 */
export interface Row {
  readonly row: string;
  /** Absent: a control. It is the same attempt by who may, and has to succeed. */
  readonly refusedBy?: readonly string[];
  /** Errors that only come to who may: the request was understood and permitted. */
  readonly passesBy?: readonly string[];
  attempt(): Promise<unknown>;
  /** @throws when the attempt had an effect although it was refused. */
  unchanged?(): Promise<void>;
}

export interface Refusal {
  readonly row: string;
  readonly refused: boolean;
  /** What the attempt came to. */
  readonly how: string;
  readonly control: boolean;
}

type Table = (attacked: Attacked) => Promise<Row[]>;

/** What clients reach. */
export const clientTables: readonly Table[] = [clientRows, permissionRows];
/** What only nodes should ever reach. */
const nodeTables: readonly Table[] = [nodeRows, zooKeeperRows];

/** Tries everything, one after the other, and leaves the cluster as it was. */
export async function tryRefusals(
  attacked: Attacked,
  tables: readonly Table[] = [...clientTables, ...nodeTables],
): Promise<Refusal[]> {
  const results: Refusal[] = [];
  for (const rows of tables) for (const row of await rows(attacked)) results.push(await tryRow(row));
  return results;
}

export async function tryRow({ row, refusedBy, passesBy = [], attempt, unchanged }: Row): Promise<Refusal> {
  const control = refusedBy === undefined;
  const reasons = await attempt().then(
    () => [],
    (error: Error) => reasonsOf(error),
  );
  const passed = reasons.length === 0 || reasons.some((reason) => passesBy.includes(reason));
  if (control) return { row, control, refused: !passed, how: passed ? "permitted" : reasons.join(", ") };
  const effect = unchanged && (await effectOf(unchanged));
  const refused = effect === undefined && reasons.some((reason) => refusedBy.includes(reason));
  const how = [...(reasons.length > 0 ? reasons : ["permitted"]), ...(effect === undefined ? [] : [effect])];
  return { row, control, refused, how: how.join(", ") };
}

/** What the attempt changed after all. A look that got no answer in time says nothing, and is taken again. */
async function effectOf(unchanged: () => Promise<unknown>): Promise<string | undefined> {
  for (let look = 1; ; look++) {
    const effect = await unchanged().then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (effect === undefined || look === 3 || !/time(d )?out/i.test(effect)) return effect;
  }
}

/** Names first, by which rows know a refusal; the message is for who reads a failed test. */
function reasonsOf(error: Error): string[] {
  const isAlert = /ALERT_HANDSHAKE_FAILURE$/.test((error as NodeJS.ErrnoException).code ?? "");
  const names = [connectionFault(error)?.kind ?? [], isAlert ? HANDSHAKE_FAILURE : [], kafkaErrors(error)].flat();
  return names.length > 0 ? [...new Set(names)] : [error.message || error.name];
}

/** Every attempt was refused, and every control permitted. */
export function assertRefused(results: readonly Refusal[]): void {
  const wrong = results.filter(({ refused, control }) => refused === control);
  const lines = wrong.map(({ row, how, control }) => `${control ? "control refused" : "NOT REFUSED"}: ${row} (${how})`);
  assert.equal(lines.join("\n"), "");
  assert.ok(results.some(({ control }) => control) && results.some(({ control }) => !control), "both kinds were tried");
}

/** One thing to do to one topic, with what is there, what is wanted and why. `refuse` stops the whole apply. */
export type TopicChange =
  | Change<"create", undefined, { partitions: number; replicationFactor: number; config: Config }>
  | Change<"add-partitions", { partitions: number }, { partitions: number }>
  | Change<"set-config", Readonly<Record<string, string | null>>, Config>
  | Change<"change-replication", { replicationFactor: number }, { replicationFactor: number; moves: readonly Move[] }>
  | Change<"delete", { partitions: number; records?: number | null }, undefined>
  | Change<"refuse", Refused | undefined, Refused>
  | BrokerConfigChange
  | Change<"unmanaged", { partitions: number }, undefined>;

/** Numbers of a topic, or config values by their keys. */
type Refused = Readonly<Record<string, number>> | Readonly<Record<string, string | null>>;

/** What was set on the running cluster; its `topic` is no topic, but `(cluster)` or `(broker 1)`. */
interface BrokerConfigChange extends Change<"set-broker-config", Config, Readonly<Record<string, string | null>>> {
  /** Null: what all brokers inherit. */
  readonly broker: number | null;
}

export type TopicAction = TopicChange["action"];
export type ChangeOf<A extends TopicAction> = Extract<TopicChange, { action: A }>;
export type Config = Readonly<Record<string, string>>;

/** New replicas of one partition; the first is the preferred leader. */
export interface Move {
  readonly partition: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

interface Change<Action extends string, From, To> {
  readonly action: Action;
  readonly topic: string;
  readonly from: From;
  readonly to: To;
  readonly reason: string;
}

export interface TopicsReport {
  readonly schemaVersion: 1;
  readonly stack: string;
  /** True when nothing is to be done; unmanaged topics are reported but are not drift. */
  readonly inSync: boolean;
  readonly changes: readonly TopicChange[];
}

export function topicsReport(stack: string, changes: readonly TopicChange[]): TopicsReport {
  return { schemaVersion: 1, stack, inSync: changes.every(({ action }) => action === "unmanaged"), changes };
}

/** Changes of one kind, typed as such. */
export function only<A extends TopicAction>(changes: readonly TopicChange[], action: A): ChangeOf<A>[] {
  return changes.filter((change): change is ChangeOf<A> => change.action === action);
}

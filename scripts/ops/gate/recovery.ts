/**
 * How far a broker is in loading its logs; undefined when its last lines are of something else. Pure. The lines are
 * LogManager's `… (12/100 completed in /data/log)` and LogLoader's `Recovering unflushed segment 5120. 3/8 recovered for
 * orders-0.`, of Kafka 3.9 and 4.
 */
export function recoveryOf(log: string): string | undefined {
  const lines = log.trimEnd().split("\n").slice(-10);
  for (const line of lines.toReversed()) {
    const [, done, all, directory] = /\((\d+)\/(\d+) completed in ([^\s)]+)/.exec(line) ?? [];
    if (directory) return `loads its logs: ${done} of ${all} in ${directory}`;
    const [, offset, partition] = /Recovering unflushed segment (\d+)\. \S+ recovered for (\S+)\./.exec(line) ?? [];
    if (partition) return `recovers ${partition} from offset ${offset}`;
  }
  return undefined;
}

import { fail, pass, type Verdict } from "../../ops/smoke/report.ts";
import type { CheckScope } from "./scope.ts";

/** How a script inside the cluster's network ended. */
export interface InsideRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunInside = (script: string, signal: AbortSignal) => Promise<InsideRun>;

const RECORDS = 60;

/**
 * Clients inside the cluster's network use addresses of their own. A container there sends records with acks=all to every
 * broker, reads them back, and both with Kafka's own tools: what it reports is compared with what was to be sent.
 */
export function checkInside(
  run: RunInside,
  bootstrapServers: readonly string[],
): (scope: CheckScope) => Promise<Verdict> {
  return async (scope) => {
    const { topics, run: name, groups } = scope.probe;
    const group = `${name}-inside`;
    groups.add(group);
    scope.doing = `using ${bootstrapServers.join(",")} from a container`;
    const script = toolScript(bootstrapServers.join(","), topics.inside.name, group);
    const { code, stdout, stderr } = await run(script, scope.signal);
    const { acked, received } = countReports(stdout);
    if (code === 0 && acked === RECORDS && received === RECORDS)
      return pass(`${RECORDS} records sent and read back by a container at ${bootstrapServers.join(", ")}`);
    const said = stderr.trim().split("\n").at(-1) ?? "";
    return fail(
      `of ${RECORDS} records sent by a container, ${acked} were acknowledged and ${received} read back (exit code ${code}${said ? `: ${said}` : ""})`,
      "check that the containers are on one network and reach each other by name",
    );
  };
}

/** Kafka's VerifiableProducer and VerifiableConsumer report every record in JSON; both are in every release's libraries. */
function toolScript(bootstrapServers: string, topic: string, group: string): string {
  const tool = "org.apache.kafka.tools.Verifiable";
  return `
set -u
libs=$(printf '%s:' /opt/kafka/libs/*.jar)
tool() {
  java -Xmx128m -XX:TieredStopAtLevel=1 -Xshare:auto -XX:SharedArchiveFile=/opt/kafka/kafka.jsa -Xlog:cds=off \\
    -Xlog:cds+dynamic=off -cp "\${libs%:}" "$@"
}
exec 3< <(tool ${tool}Consumer --bootstrap-server ${bootstrapServers} --topic ${topic} --group-id ${group} \\
  --reset-policy earliest --max-messages ${RECORDS})
tool ${tool}Producer --bootstrap-server ${bootstrapServers} --topic ${topic} --max-messages ${RECORDS} --acks -1 || exit
# Then it has left its group; how its JVM ends is of no interest.
while read -r line <&3; do
  echo "$line"
  case $line in *'"shutdown_complete"'*) exit 0 ;; esac
done
`;
}

interface Report {
  readonly name?: string;
  readonly count?: number;
}

/** What the tools said, a JSON object a line; other lines are log. Pure. */
export function countReports(output: string): { readonly acked: number; readonly received: number } {
  const reports = output.split("\n").flatMap((line): Report[] => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
  const consumed = reports.filter(({ name }) => name === "records_consumed");
  return {
    acked: reports.filter(({ name }) => name === "producer_send_success").length,
    received: consumed.reduce((sum, { count = 0 }) => sum + count, 0),
  };
}

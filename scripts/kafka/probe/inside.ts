import { clientOf } from "../../ops/outputs/client.ts";
import { properties } from "../../ops/outputs/properties.ts";
import { fail, pass, type Verdict } from "../../ops/smoke/report.ts";
import { currentIdentity, type Identity } from "../identity.ts";
import type { CheckScope } from "./scope.ts";

/** How a script inside the cluster's network ended. */
export interface InsideRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InsideRequest {
  /** For bash. It may be seen by whoever may inspect containers or pods, so it holds no secret. */
  readonly script: string;
  /** What the script reads; the only way for secrets. It says itself where it ends, so the stream may stay open. */
  readonly stdin: string;
}

export type RunInside = (request: InsideRequest, signal: AbortSignal) => Promise<InsideRun>;

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
    const request = toolRequest(bootstrapServers, topics.inside.name, group, currentIdentity());
    const { code, stdout, stderr } = await run(request, scope.signal);
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

/** A line that no properties file has. */
const END = ".";

/** The tools log in as this identity, by a configuration that only their memory holds. Pure. */
export function toolRequest(
  bootstrapServers: readonly string[],
  topic: string,
  group: string,
  identity: Identity | undefined,
): InsideRequest {
  const client = clientOf(bootstrapServers, identity?.authority ?? null, identity);
  const { text } = properties(client, undefined);
  return { script: toolScript(bootstrapServers.join(","), topic, group), stdin: `${text}${END}\n` };
}

/**
 * Kafka's VerifiableProducer and VerifiableConsumer report every record in JSON; both are in every release's libraries.
 * Their configuration comes to them by pipes of the shell: no file, argument or variable of the environment shows it.
 */
function toolScript(bootstrapServers: string, topic: string, group: string): string {
  const tool = "org.apache.kafka.tools.Verifiable";
  return `
set -u
config=
while IFS= read -r line && [ "$line" != '${END}' ]; do config+=$line$'\\n'; done
libs=$(printf '%s:' /opt/kafka/libs/*.jar)
tool() {
  java -Xmx128m -XX:TieredStopAtLevel=1 -Xshare:auto -XX:SharedArchiveFile=/opt/kafka/kafka.jsa -Xlog:cds=off \\
    -Xlog:cds+dynamic=off -cp "\${libs%:}" "$@"
}
exec 3< <(tool ${tool}Consumer --bootstrap-server ${bootstrapServers} --topic ${topic} --group-id ${group} \\
  --reset-policy earliest --max-messages ${RECORDS} --consumer.config <(printf %s "$config"))
tool ${tool}Producer --bootstrap-server ${bootstrapServers} --topic ${topic} --max-messages ${RECORDS} --acks -1 \\
  --producer.config <(printf %s "$config") || exit
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

/**
 * Log configuration of a node in a container: everything to stdout, for the engine to keep and rotate. Kafka 4 reads
 * log4j2's form, Kafka 3.9 and ZooKeeper log4j 1's (served by reload4j); each ignores the other's. `start.sh` points
 * the JVM at both, beside the node's configuration. Lines look as on the local target.
 *
 * log4j2 would close the log when the JVM is told to end, at the same time as Kafka begins its controlled shutdown, of
 * which nothing would then be seen. Written lines are out at once, so there is nothing to close.
 */
const PATTERN = "[%d] %p %m (%c)%n";

export const log4j2 = `status=error
shutdownHook=disable
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.target=SYSTEM_OUT
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=${PATTERN}
`;

export const log4j1 = `log4j.rootLogger=INFO, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.Target=System.out
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=${PATTERN}
`;

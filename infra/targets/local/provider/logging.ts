import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { escapeValue } from "../../../plan/java-properties.ts";
import { nodeLog } from "./node-files.ts";

/**
 * Log configuration of a node: `logs/node.log`, rotated at 10 MB, three old files kept.
 * Kafka 4 reads log4j2's form, Kafka 3.9 and ZooKeeper log4j 1's (served by reload4j); each ignores the other's.
 */
export function writeLogging(configDirectory: string, logDirectory: string): void {
  const file = nodeLog(logDirectory);
  const { modern, classic } = filesIn(configDirectory);
  writeFileSync(modern, log4j2(escapeValue(file)));
  writeFileSync(classic, log4j1(escapeValue(file)));
}

/** JVM options that point there. Both read URLs, and take a path with blanks or `#` for something else. */
export function loggingOptions(configDirectory: string): string[] {
  const { modern, classic } = filesIn(configDirectory);
  return [
    `-Dlog4j2.configurationFile=${pathToFileURL(modern).href}`,
    `-Dlog4j.configuration=${pathToFileURL(classic).href}`,
  ];
}

const filesIn = (config: string) => ({
  modern: path.join(config, "log4j2.properties"),
  classic: path.join(config, "log4j.properties"),
});

// Its own shutdown hook would close the log before Kafka has said how it went down.
const log4j2 = (file: string): string => `status=error
shutdownHook=disable
rootLogger.level=info
rootLogger.appenderRef.file.ref=file
appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName=${file}
appender.file.filePattern=${file}.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=[%d] %p %m (%c)%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=10MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=3
`;

const log4j1 = (file: string): string => `log4j.rootLogger=INFO, file
log4j.appender.file=org.apache.log4j.RollingFileAppender
log4j.appender.file.File=${file}
log4j.appender.file.MaxFileSize=10MB
log4j.appender.file.MaxBackupIndex=3
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=[%d] %p %m (%c)%n
`;

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Salt of a passphrase, in Pulumi's form. */
export const SALT = "v1:KzzOt6zcNyk=:v1:kmky6tK6PORoP95+:UwHxr0dqGHR1lex4oiSJ0m2zuh8Rrg==";

/** A checkpoint as Pulumi writes it. @param mark by which a copy is told from others. */
export const checkpoint = (mark: string, resources = 1): string =>
  JSON.stringify({
    version: 3,
    checkpoint: {
      stack: "organization/kafka-stacks/dev",
      latest: {
        manifest: { magic: mark },
        secrets_providers: { type: "passphrase", state: { salt: SALT } },
        resources: Array.from({ length: resources }, () => ({})),
      },
    },
  });

/** Writes a file below `root`, last changed that many seconds ago. */
export function put(root: string, file: string, content: string | Uint8Array, secondsAgo = 0): string {
  const place = join(root, file);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
  const at = Date.now() / 1000 - secondsAgo;
  utimesSync(place, at, at);
  return place;
}

export const STATE = ".pulumi/stacks/kafka-stacks/dev.json";
export const BACKUP = ".pulumi/backups/kafka-stacks/dev/dev.1796093262174819328.json";
export const HISTORY = ".pulumi/history/kafka-stacks/dev/dev-1796093262173761897.checkpoint.json";
export const LOCK = ".pulumi/locks/organization/kafka-stacks/dev/1c3a.json";

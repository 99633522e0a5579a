import { parseArgs } from "node:util";
import { UserError } from "../../infra/errors.ts";
import { pinnedKafkaVersions } from "../kafka.ts";
import { stderrProgress } from "../progress.ts";
import { ensureImageArchive } from "./archive.ts";

const USAGE = "node toolchain/image/main.ts [--kafka VERSION] [--json]";

/** Makes an image, or finds it in the cache, and says where it is: for those who bring it into an engine themselves. */
async function main(): Promise<void> {
  const { kafka, json } = options();
  const interrupted = new AbortController();
  // The programs that the image is made with hear Ctrl-C themselves; a second one kills as usual.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort());
  const image = await ensureImageArchive({
    kafkaVersion: kafka,
    setup: { env: process.env, yes: false, progress: stderrProgress },
    signal: interrupted.signal,
  }).catch((error: unknown) => {
    if (!interrupted.signal.aborted) throw error;
    process.stderr.write("interrupted; nothing half-made is left\n");
    process.exit(130);
  });
  const lines = [
    image.archive,
    `reference ${image.reference}`,
    `id        ${image.imageId}`,
    `size      ${(image.size / 1e6).toFixed(0)} MB, ${image.architecture}`,
  ];
  process.stdout.write(json ? `${JSON.stringify(image)}\n` : `${lines.join("\n")}\n`);
}

function options(): { readonly kafka: string; readonly json: boolean } {
  const newest = pinnedKafkaVersions().at(-1) ?? "";
  try {
    const { values } = parseArgs({
      options: { kafka: { type: "string", default: newest }, json: { type: "boolean", default: false } },
    });
    return values;
  } catch (error) {
    throw new UserError((error as Error).message, USAGE, 2);
  }
}

await main().catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`✗ ${error.message}\n  next: ${error.next}\n`);
  process.exit(error.exitCode);
});

/** Work of one kind, as commands have it; says `ready` when it can be interrupted. The argument names the kind. */
import { monotonic } from "../../../base/time.ts";
import { exitCodeOf } from "../../../scripts/ui/errors.ts";
import { interruptible } from "../../../scripts/ui/interruptible.ts";
import { say } from "../../../scripts/ui/output.ts";
import { untilEnded } from "../../../scripts/ui/until-ended.ts";

const LONG_MS = 60_000;
const WORDS = { doing: "tidying up", next: "try it again" };

const ready = (): void => say("ready");
const listens = async (signal: AbortSignal): Promise<void> => {
  ready();
  await monotonic.sleep(LONG_MS, signal).finally(() => say("tidied"));
};
const isDeaf = async (): Promise<void> => {
  ready();
  await monotonic.sleep(LONG_MS);
};
const tidiesFor = (ms: number) => async (signal: AbortSignal) => {
  ready();
  await monotonic.sleep(LONG_MS, signal).catch(() => monotonic.sleep(ms));
  say("tidied");
};

const KINDS: Readonly<Record<string, () => Promise<void>>> = {
  listens: () => interruptible(listens, WORDS),
  deaf: () => interruptible(isDeaf, WORDS),
  orderly: () => interruptible(tidiesFor(2_500), { ...WORDS, orderly: true }),
  endless: () => interruptible(tidiesFor(LONG_MS), { ...WORDS, orderly: true }),
  ended: () =>
    interruptible(async (signal) => {
      ready();
      await monotonic.sleep(LONG_MS, signal).catch(() => {});
    }, WORDS),
  nested: () => interruptible(() => interruptible(listens, { ...WORDS, orderly: true }), { doing: "else", next: "-" }),
  healing: () =>
    interruptible(
      async (signal) => {
        await listens(signal).catch(() => {});
        await interruptible((own) => monotonic.sleep(50, own), { doing: "else", next: "-" });
        say("healed");
      },
      { ...WORDS, orderly: true },
    ),
  wayOut: () => interruptible(() => untilEnded((ended) => listens(ended).catch(() => {})), WORDS),
  deafWayOut: () => interruptible(() => untilEnded(isDeaf), WORDS),
};

try {
  await KINDS[process.argv[2] ?? ""]?.();
} catch (error) {
  process.exitCode = exitCodeOf(error, false);
}

import { monotonic } from "../base/time.ts";

/** What a toolchain step tells while it runs. Nothing is told by a run that finds everything in place. */
export type ProgressEvent =
  | { readonly kind: "started"; readonly step: string; readonly why: string }
  | { readonly kind: "going"; readonly step: string; readonly elapsedMs: number; readonly detail: string }
  | { readonly kind: "done"; readonly step: string; readonly elapsedMs: number }
  | { readonly kind: "failed"; readonly step: string; readonly elapsedMs: number; readonly reason: string }
  | { readonly kind: "note"; readonly text: string };

/** Whoever renders: a CLI on stderr, Pulumi's log, a test's array. */
export type Progress = (event: ProgressEvent) => void;

/** What every part of the toolchain needs to know about this run. */
export interface Setup {
  readonly env: NodeJS.ProcessEnv;
  /** The user agreed beforehand, so missing system packages may be installed. */
  readonly yes: boolean;
  readonly progress: Progress;
  /** Ends what is under way; what is half-made goes with it. */
  readonly signal?: AbortSignal | undefined;
}

const HEARTBEAT_MS = 10_000;

/** Runs `work` as one told step: what, why, a sign of life every ten seconds, and how long it took. */
export async function step<T>(
  progress: Progress,
  name: string,
  why: string,
  work: (say: (detail: string) => void) => Promise<T>,
): Promise<T> {
  const started = monotonic.now();
  const elapsedMs = () => Math.round(monotonic.now() - started);
  let detail = "";
  progress({ kind: "started", step: name, why });
  const heartbeat = setInterval(
    () => progress({ kind: "going", step: name, elapsedMs: elapsedMs(), detail }),
    HEARTBEAT_MS,
  );
  try {
    const result = await work((text) => {
      detail = text;
    });
    progress({ kind: "done", step: name, elapsedMs: elapsedMs() });
    return result;
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
    progress({ kind: "failed", step: name, elapsedMs: elapsedMs(), reason });
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Tells one fact that is no step. */
export function note(progress: Progress, text: string): void {
  progress({ kind: "note", text });
}

/** One plain line for each event; fit for terminals and logs alike. */
export function formatProgress(event: ProgressEvent): string {
  switch (event.kind) {
    case "started":
      return `→ ${event.step}: ${event.why}`;
    case "going":
      return `  … ${event.step}, ${seconds(event.elapsedMs)} so far${event.detail ? `: ${event.detail}` : ""}`;
    case "done":
      return `✓ ${event.step} (${seconds(event.elapsedMs)})`;
    case "failed":
      return `✗ ${event.step} (${seconds(event.elapsedMs)}): ${event.reason}`;
    case "note":
      return event.text;
  }
}

/** Renders on stderr, because stdout belongs to results. */
export const stderrProgress: Progress = (event) => {
  process.stderr.write(`${formatProgress(event)}\n`);
};

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

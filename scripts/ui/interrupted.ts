/** Turns SIGINT, SIGTERM and a reader that left into an ordinary end; a second signal kills as usual. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  process.stdout.once("error", () => controller.abort());
  return controller.signal;
}

/** How far an object is on its way to working. */
export type Standing =
  | { readonly ready: true }
  /** `next` says what is waited for. `failed`: it will not come by itself any more. */
  | { readonly ready: false; readonly next: string; readonly failed?: true };

export const READY: Standing = { ready: true };

export function waiting(next: string): Standing {
  return { ready: false, next };
}

export function failed(next: string): Standing {
  return { ready: false, next, failed: true };
}

/** A secret where everybody who sees the stack file sees it. The error does not repeat it. */
export const NO_SECRET = Object.freeze({
  message: "wanted no secret in a stack file, found one",
  next: "take it out: stack files are shown and shared; passwordFrom of a user names the file or variable with its password",
});

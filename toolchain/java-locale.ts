/**
 * Environment for a JVM, in which it finds files whose names are not ASCII: it encodes them by the locale, and with none, or C,
 * every other letter becomes a question mark. A person's own UTF-8 locale stays.
 */
export function withUtf8(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return /utf-?8/i.test(locale) ? env : { ...env, LC_ALL: "C.UTF-8" };
}

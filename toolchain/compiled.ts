import { enableCompileCache } from "node:module";
import path from "node:path";
import { cacheHome } from "./places.ts";

/**
 * Has Node keep the modules that it compiled, for this process and those that it starts: a deployment starts several, and
 * each loads Pulumi's SDK. What is loaded already is not kept.
 */
export function keepCompiled(): void {
  process.env.NODE_COMPILE_CACHE ??= path.join(cacheHome(), "node");
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}

import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Dependency {
  readonly name: string;
  readonly version: string;
}

/** What a program's package.json asks for, at the versions that are installed; Pulumi shows them in `pulumi about`. */
export function directDependencies(directory: string): Dependency[] {
  const { dependencies = {} } = readPackage(directory);
  return Object.entries(dependencies).map(([name, wanted]) => ({
    name,
    version: readPackage(join(directory, "node_modules", name)).version ?? wanted,
  }));
}

function readPackage(directory: string): { version?: string; dependencies?: Record<string, string> } {
  try {
    return JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  } catch {
    return {};
  }
}

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { fillCache, fromCache } from "../../toolchain/cache.ts";
import { allOnPath } from "../../toolchain/find.ts";
import { cacheHome } from "../../toolchain/places.ts";
import { run } from "../../toolchain/process.ts";
import { stderrProgress as progress, step } from "../../toolchain/progress.ts";
import type { LinterName } from "./exceptions.ts";
import type { Manifest } from "./shipped.ts";

/** One sentence of a linter about one object. */
export interface Finding {
  readonly check: string;
  /** `Kind/name` */
  readonly object: string;
  readonly says: string;
}

export interface Linter {
  readonly name: LinterName;
  /** Why it cannot be asked here; false when it can. */
  readonly skip: false | string;
  findings(manifests: readonly Manifest[]): Promise<Finding[]>;
}

const KUBE_SCORE = { module: "github.com/zegl/kube-score/cmd/kube-score", version: "v1.20.0" } as const;

/** With every check that it has, and of the oldest Kubernetes that the target is made for. */
const SCORE = ["score", "--all-default-optional", "--kubernetes-version", "v1.31", "--output-format", "json", "-"];

/** kube-score of a pinned version, built once for all checkouts of this machine. */
export async function kubeScore(): Promise<Linter> {
  const built = await buildOnce("kube-score", KUBE_SCORE);
  const findings: Linter["findings"] = async (manifests) => {
    const objects: Scored[] = JSON.parse(await ask(built.path, SCORE, manifests));
    return objects.flatMap(({ object_name, checks }) => {
      const said = checks.filter(({ skipped, grade }) => !skipped && grade < ALL_RIGHT);
      const object = object_name.replace(/\/.*\//, "/");
      return said.flatMap(({ check, comments }) =>
        comments.map(({ summary }) => ({ check: check.id, object, says: summary })),
      );
    });
  };
  return { name: "kube-score", skip: built.skip, findings };
}

const ALL_RIGHT = 10;

interface Scored {
  /** `Kind/apiVersion/namespace/name` */
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly summary: string }[];
  }[];
}

/**
 * kube-linter where it is installed, with its default checks. It cannot be built as kube-score is: not every module
 * proxy serves its module's host.
 */
export function kubeLinter(): Linter {
  const [program = ""] = allOnPath("kube-linter", process.env);
  const findings: Linter["findings"] = async (manifests) => {
    const { Reports }: Linted = JSON.parse(await ask(program, ["lint", "--format", "json", "-"], manifests));
    return (Reports ?? []).map(({ Check, Diagnostic, Object: { K8sObject } }) => {
      const object = `${K8sObject.GroupVersionKind.Kind}/${K8sObject.Name}`;
      return { check: Check, object, says: Diagnostic.Message };
    });
  };
  return { name: "kube-linter", skip: program ? false : "there is no kube-linter on PATH", findings };
}

interface Linted {
  readonly Reports:
    | readonly {
        readonly Check: string;
        readonly Diagnostic: { readonly Message: string };
        readonly Object: {
          readonly K8sObject: { readonly Name: string; readonly GroupVersionKind: { readonly Kind: string } };
        };
      }[]
    | null;
}

type Built = { readonly path: string; readonly skip: false } | { readonly path: ""; readonly skip: string };

/** Go checks what it downloads against its public log of checksums, so that the version pins the content. */
async function buildOnce(name: string, { module, version }: typeof KUBE_SCORE): Promise<Built> {
  const directory = join(cacheHome(), "linters", `${name}-${version}`);
  const path = join(directory, name);
  if (await fromCache(directory, progress)) return { path, skip: false };
  const [go] = allOnPath("go", process.env);
  if (go === undefined) return { path: "", skip: `${name} is built from a Go module, and there is no go on PATH` };
  try {
    await fillCache(directory, progress, (aside) =>
      step(progress, `build ${name} ${version}`, "manifests are checked by it; a minute or two, once", async (say) => {
        const env = { ...process.env, GOBIN: aside, GOTOOLCHAIN: "local" };
        await run(go, ["install", "-ldflags=-s -w", `${module}@${version}`], { env, say, timeoutMs: 8 * 60_000 });
      }),
    );
    return { path, skip: false };
  } catch (error) {
    // What go says last is the reason.
    const reason = (error as Error).message.trimEnd().split("\n").at(-1);
    return { path: "", skip: `${name} could not be built: ${reason}` };
  }
}

/** A linter's exit code only says whether it found something. */
async function ask(program: string, args: readonly string[], manifests: readonly Manifest[]): Promise<string> {
  const running = promisify(execFile)(program, args, { maxBuffer: 1e8 });
  running.child.stdin?.end(manifests.map((manifest) => JSON.stringify(manifest)).join("\n---\n"));
  const { stdout, stderr } = await running.catch((error) => error as { stdout: string; stderr: string });
  if (stdout === "") throw new Error(`${program} said nothing: ${stderr}`);
  return stdout;
}

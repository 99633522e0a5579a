import { realpathSync } from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fillCache } from "./cache.ts";
import { PULUMI_CLI } from "./checksums.ts";
import { download } from "./download.ts";
import { allOnPath, askVersion, isExecutable } from "./find.ts";
import { isIntact, writeManifest } from "./manifest.ts";
import { PROJECT_ROOT, pulumiHome } from "./places.ts";
import { GO, requireTool } from "./prerequisites.ts";
import { run } from "./process.ts";
import { type Setup, step } from "./progress.ts";
import { firstOf, type Source } from "./sources.ts";
import { unpack } from "./unpack.ts";
import { fits, PULUMI_VERSION } from "./versions.ts";

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const RELEASES = "https://get.pulumi.com/releases/sdk";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The two ways of filling the cache; tests put their own in. Each fills `<aside>/bin`. */
export interface PulumiOrigins {
  download(aside: string, say: (detail: string) => void, signal?: AbortSignal): Promise<void>;
  build(aside: string, setup: Setup): Promise<void>;
}

/** Path of a Pulumi CLI that fits: on PATH, in Pulumi's own versions folder, downloaded, or built from its Go module. */
export function ensurePulumi(setup: Setup, origins: PulumiOrigins = realOrigins): Promise<string> {
  return firstOf(`the Pulumi CLI ${PULUMI_VERSION}`, pulumiSources(setup, origins), setup);
}

/** The CLI if it is on this machine already; asks no network and changes nothing. For commands that only read. */
export function locatePulumi(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const cached = cachedBinary(env);
  return onPath(env) ?? (isExecutable(cached) ? cached : undefined);
}

function onPath(env: NodeJS.ProcessEnv): string | undefined {
  return allOnPath("pulumi", env).find((path) => {
    if (isOurOwnCommand(path)) return false;
    const version = pulumiVersion(path, env);
    return version !== undefined && fits(version, PULUMI_VERSION);
  });
}

function cachedBinary(env: NodeJS.ProcessEnv): string {
  return join(pulumiHome(env), "versions", PULUMI_VERSION, "bin", "pulumi");
}

function pulumiSources(setup: Setup, origins: PulumiOrigins): Source[] {
  const { env, progress } = setup;
  const binary = cachedBinary(env);
  const directory = dirname(dirname(binary));
  const filled = async (fill: (aside: string) => Promise<void>): Promise<string> => {
    await mkdir(join(pulumiHome(env), "versions"), { recursive: true });
    await fillCache(directory, progress, fill, setup.signal);
    return binary;
  };
  return [
    {
      name: "PATH",
      async get() {
        const others = allOnPath("pulumi", env).filter((path) => !isOurOwnCommand(path));
        const found = others.map((path) => `${path} is ${pulumiVersion(path, env) ?? "of an unknown version"}`);
        return onPath(env) ?? { no: found.join(", ") || "no pulumi" };
      },
    },
    {
      name: directory,
      async get() {
        if (await isIntact(directory)) return binary;
        // Whoever put it there without a manifest (Pulumi itself, an upgrade) is trusted if it works.
        if (isExecutable(binary) && pulumiVersion(binary, env) === PULUMI_VERSION) {
          await writeManifest(directory);
          return binary;
        }
        return { no: "not there, or damaged" };
      },
    },
    {
      name: "download",
      get: () =>
        step(
          progress,
          `download the Pulumi CLI ${PULUMI_VERSION}`,
          "it runs every deployment; kept in Pulumi's own folder",
          (say) => filled((aside) => origins.download(aside, say, setup.signal)),
        ),
    },
    { name: "Go module", get: () => filled((aside) => origins.build(aside, setup)) },
  ];
}

/**
 * `npx pulumi` in this project is a script that ends up here: taking it for the CLI would never end. That of another checkout
 * on PATH would write to the state of that one.
 */
function isOurOwnCommand(path: string): boolean {
  const real = realpathSync(path);
  return (
    real.startsWith(`${realpathSync(PROJECT_ROOT)}/`) || real.endsWith(join("toolchain", "pulumi-cli", "pulumi.mjs"))
  );
}

function pulumiVersion(path: string, env: NodeJS.ProcessEnv): string | undefined {
  const output = askVersion(path, ["version"], { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" });
  return /^v?(\d+\.\d+\.\d+)/m.exec(output ?? "")?.[1];
}

export interface CliDownload {
  /** Folder of the archives; default: where Pulumi publishes them. */
  readonly from?: string;
  readonly platform?: string;
  /** By platform. */
  readonly sums?: Readonly<Record<string, string>>;
}

/** @throws with nothing unpacked where the archive is not, or cannot be known to be, the one that Pulumi published. */
export async function downloadCli(
  aside: string,
  say: (detail: string) => void,
  signal: AbortSignal | undefined,
  { from = RELEASES, platform = `${process.platform}-${process.arch}`, sums = PULUMI_CLI }: CliDownload = {},
): Promise<void> {
  const sha256 = sums[platform];
  if (sha256 === undefined)
    throw new Error(`no checksum of the Pulumi CLI is known for ${platform}: it is not downloaded`);
  const archive = join(aside, "cli.tar.gz");
  const url = `${from}/pulumi-v${PULUMI_VERSION}-${platform}.tar.gz`;
  await download({ url, sha256, say, signal }, archive);
  await unpack(archive, join(aside, "bin"), (path) => /^pulumi(-[\w-]+)?$/.test(path));
  await rm(archive);
}

/** get.pulumi.com, and `go build` of the module that toolchain/pulumi pins, with the sums of all that it is built from. */
export const realOrigins: PulumiOrigins = {
  download: downloadCli,
  async build(aside, setup) {
    const go = await requireTool(GO, setup);
    await step(
      setup.progress,
      `build the Pulumi CLI ${PULUMI_VERSION} from its Go module`,
      "it runs every deployment and could not be downloaded; two to four minutes, once for this machine",
      async (say) => {
        const flags = `-s -w -X ${VERSION_VARIABLE}=${PULUMI_VERSION}`;
        const output = join(aside, "bin", "pulumi");
        // -v names each package as it is compiled, which gives the heartbeat something to show.
        const args = ["build", "-v", "-mod=readonly", "-trimpath", "-ldflags", flags, "-o", output, PACKAGE];
        await run(go.path, args, {
          cwd: join(PROJECT_ROOT, "toolchain", "pulumi"),
          env: { ...setup.env, CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "auto" },
          say,
          signal: setup.signal,
        });
        await chmod(output, 0o755);
      },
    );
  },
};

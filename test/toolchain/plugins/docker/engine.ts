import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { after } from "node:test";
import { projectRoot } from "../../../../infra/paths.ts";
import { dockerAt, dockerHost } from "../../../../toolchain/docker.ts";

/** The engine that Docker's own commands would use here. */
export const docker = dockerAt(dockerHost(undefined));

/** Reason to skip what needs an engine; false where one answers. */
export const noEngine: string | false = await docker.ping().then(
  () => false as const,
  () => "no Docker engine answers",
);

/** The stand-in itself: its launcher would prefer an official plugin that is installed here. */
export const PLUGIN = path.join(projectRoot, "toolchain/plugins/docker/main.ts");

/** A name that no other test run uses. */
export const unique = (what: string) => `kafka-stacks-test-${what}-${randomBytes(4).toString("hex")}`;

const COMMANDS = ["bash", "cat", "id", "ls", "sleep", "stat", "touch"];

/**
 * An image of this machine's own bash and a few commands with their libraries: nothing is downloaded. It is removed
 * when the file's tests are over.
 */
export async function tinyImage(): Promise<string> {
  const repo = unique("image");
  const files = COMMANDS.map((name) =>
    execFileSync("/bin/sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim(),
  );
  const linked = execFileSync("ldd", files, { encoding: "utf8" });
  const libraries = [...new Set([...linked.matchAll(/(?:=> |^\s)(\/\S+) \(/gm)].map(([, file]) => file!))];
  const members = [...files, ...libraries].map((file) => file.slice(1));
  const tar = spawn("tar", ["-C", "/", "-chf", "-", ...members], { stdio: ["ignore", "pipe", "inherit"] });
  const answer = await docker.importImage(tar.stdout, {
    repo,
    tag: "1",
    changes: [
      "ENV PATH=/usr/local/bin:/usr/bin:/bin",
      'CMD ["bash", "-c", "trap exit TERM; while :; do sleep 0.1; done"]',
    ],
  });
  await new Promise((resolve, reject) => answer.resume().on("end", resolve).on("error", reject));
  const image = `${repo}:1`;
  after(() => docker.getImage(image).remove({ force: true }));
  return image;
}

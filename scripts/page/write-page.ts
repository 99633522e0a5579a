/**
 * Makes the capacity page: one file with its style, script and figures inline, that asks the network for nothing. The
 * script is bundled from the sources that the command itself runs, so both give the same numbers.
 */
import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { MachineClass } from "../../capacity/machine.ts";
import type { Workload } from "../../capacity/workload.ts";
import { UserError } from "../../infra/errors.ts";
import { projectRoot } from "../../infra/paths.ts";

const sources = path.join(projectRoot, "capacity/page");

/**
 * Writes the page whole or not at all; it opens with this workload and machine.
 *
 * @throws UserError when the file cannot be written.
 */
export async function writePage(
  file: string,
  { workload, machine }: { readonly workload: Workload; readonly machine: MachineClass },
): Promise<void> {
  const page = await renderPage({ workload, machine });
  const aside = `${file}.${process.pid}.new`;
  try {
    await writeFile(aside, page);
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw new UserError(
      `cannot write the page to ${file}: ${error instanceof Error ? error.message : error}`,
      "name a file in a folder that exists and that you may write to",
    );
  }
}

async function renderPage(start: object): Promise<string> {
  const [template, script, style] = await Promise.all([
    readFile(path.join(sources, "index.html"), "utf8"),
    bundle("main.ts"),
    bundle("page.css"),
  ]);
  const policy = `default-src 'none'; img-src data:; script-src ${hashOf(script)}; style-src ${hashOf(style)}`;
  const parts: Readonly<Record<string, string>> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    style: `<style>${style}</style>`,
    start: `<script type="application/json" id="start">${inScript(JSON.stringify(start))}</script>`,
    script: `<script>${script}</script>`,
  };
  return template.replace(/<!-- (\w+) -->/g, (comment, name: string) => parts[name] ?? comment);
}

async function bundle(entry: string): Promise<string> {
  // Only this option of one command needs it, and every start of kafka-stacks would pay for it.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path.join(sources, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2023",
    charset: "utf8",
    logLevel: "silent",
  });
  const text = outputFiles[0]?.text ?? "";
  return entry.endsWith(".ts") ? text.replaceAll("</script", "<\\/script") : text;
}

/** JSON within a script element: `<` could end it. */
const inScript = (json: string): string => json.replaceAll("<", "\\u003c");

/** The browser runs what has this hash and nothing else. */
const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

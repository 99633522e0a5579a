/** A real browser, where the machine has one. */
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

const PROGRAMS = ["chromium", "chromium-browser"];
/** Chromium refuses to run as root with its sandbox; the rest keeps it from asking the network for things of its own. */
const ARGUMENTS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const executablePath = findProgram();

/** For tests that need it: false, or why they are skipped. */
export const noBrowser: string | false =
  executablePath === undefined && `no ${PROGRAMS.join(" or ")} on the PATH; on Debian: apt-get install chromium`;

function findProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/bin"];
  return folders.flatMap((folder) => PROGRAMS.map((name) => path.join(folder, name))).find(mayRun);
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A browser with an empty profile that goes when it is closed. */
export async function openBrowser(): Promise<{ readonly context: BrowserContext; close(): Promise<void> }> {
  const profile = mkdtempSync(path.join(tmpdir(), "kafka-stacks-browser-"));
  const remove = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const options = { executablePath: executablePath!, headless: true, args: ARGUMENTS.split(" ") };
    const context = await chromium.launchPersistentContext(profile, options);
    return { context, close: () => context.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

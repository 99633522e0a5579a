/** The capacity page in a browser: what it shows, and what it must show. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import type { Plan } from "../../../capacity/page/plan.ts";
import { sizeCluster } from "../../../capacity/size.ts";
import { parseStack } from "../../../infra/spec/parse.ts";
import { figure, percent } from "../../../scripts/ops/capacity/figures.ts";
import { verdict } from "../../../scripts/ops/capacity/report.ts";
import { writePage } from "../../../scripts/page/write-page.ts";
import { openBrowser } from "../../helpers/browser.ts";

export interface OpenPage {
  readonly page: Page;
  readonly url: string;
  /** Errors of the page and of its console, and whatever it asked for. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Writes the page and opens it. */
export async function openPage(plan: Plan): Promise<OpenPage> {
  const folder = mkdtempSync(path.join(tmpdir(), "kafka-stacks-page-"));
  const file = path.join(folder, "capacity.html");
  await writePage(file, plan);
  const browser = await openBrowser();
  const page = await browser.context.newPage();
  const url = pathToFileURL(file).href;
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.stack}`));
  page.on("console", (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  const close = () => browser.close().finally(() => rmSync(folder, { recursive: true, force: true }));
  return { page, url, complaints, close };
}

const texts = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents();

/** The page shows what the model says of a plan, figure by figure. */
export async function assertShows(page: Page, { workload, machine }: Plan): Promise<void> {
  const sizing = sizeCluster(workload, machine);
  assert.equal(await page.locator("#verdict").textContent(), verdict(sizing));
  assert.deepEqual(
    await texts(page, "#decisions .value"),
    sizing.decisions.map(({ value }) => value),
  );
  assert.deepEqual(
    await texts(page, ".resource dd:nth-of-type(1)"),
    sizing.resources.map(
      ({ needed, neededAfterFailure, unit }) =>
        `${figure(needed, unit)} now, ${figure(neededAfterFailure, unit)} after failure`,
    ),
  );
  const names = (await texts(page, ".resource .name")).map((name) => name.toLowerCase().replaceAll(" ", "-"));
  for (const [i, { resource }] of sizing.resources.entries()) assert.ok(names[i]?.startsWith(resource), names[i]);
  assert.deepEqual(
    await texts(page, ".resource .figures"),
    sizing.resources.map(({ utilisation, utilisationAfterFailure }) => {
      const after = sizing.afterFailure.brokersLost > 0 ? `, ${percent(utilisationAfterFailure)} after failure` : "";
      return `${percent(utilisation)} now${after}`;
    }),
  );
  assert.equal(await page.locator(".resource.binding").getAttribute("id"), `resource-${sizing.binding}`);
  assert.deepEqual(
    await texts(page, "#warnings code"),
    sizing.warnings.map(({ code }) => code),
  );
  const stack = await page.locator("#stack").inputValue();
  if (sizing.fits) assert.equal(parseStack(stack, "page.yaml").spec.brokers.count, sizing.brokers);
  else assert.match(stack, /^# No stack file/);
}

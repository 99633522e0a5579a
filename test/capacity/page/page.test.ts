/** The page in a real browser gives the answers of the command, to mouse and keyboard, on every screen. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { CATALOG, customMachine } from "../../../capacity/catalog.ts";
import { toFragment } from "../../../capacity/page/link.ts";
import type { Plan } from "../../../capacity/page/plan.ts";
import { PRESET_TEXTS, textsOf } from "../../../capacity/page/texts.ts";
import { PRESETS, type PresetName } from "../../../capacity/presets.ts";
import { sizeCluster } from "../../../capacity/size.ts";
import { defineWorkload, evenTopics } from "../../../capacity/workload.ts";
import { noBrowser } from "../../helpers/browser.ts";
import { assertShows, type OpenPage, openPage } from "./page.ts";

const planOf = (name: PresetName): Plan => ({
  workload: PRESETS[name].workload,
  machine: CATALOG[PRESETS[name].machine]!,
});
const start = planOf("standard");
const i3en = CATALOG["i3en.2xlarge"]!;

/** Each reaches the page by its link. */
const LINKED: Readonly<Record<string, Plan>> = {
  "a rack of three, growing for three years": {
    workload: defineWorkload({
      ...{ produceBytesPerSec: 100e6, peakProduceBytesPerSec: 250e6, fanOut: 3, compressionRatio: 2.5 },
      ...{ growthPerYear: 0.5, horizonYears: 3, topics: evenTopics(20, 6), mayFail: "rack", racks: 3 },
    }),
    machine: i3en,
  },
  "compacted topics of different sizes on machines of one's own": {
    workload: defineWorkload({
      ...{ produceBytesPerSec: 7e6, retention: { by: "compaction", liveBytes: 300e9 }, latency: "low" },
      topics: [
        { name: "customers", share: 0.75, minPartitions: 24 },
        { name: "prices", share: 0.25, minPartitions: 3 },
      ],
    }),
    machine: customMachine({
      ...{ cores: 12, memoryBytes: 48 * 2 ** 30, networkBytesPerSec: 625e6 },
      ...{ diskBytesPerSec: 400e6, diskSizeBytes: 2e12, diskKind: "hdd" },
    }),
  },
  "too few brokers, set by hand": {
    workload: defineWorkload({ produceBytesPerSec: 500e6, fanOut: 3, cacheMissShare: 0, brokers: 3 }),
    machine: i3en,
  },
  "nothing may fail, kept by size": {
    workload: defineWorkload({
      ...{ produceBytesPerSec: 3e6, mayFail: "nothing", retention: { by: "size", bytes: 4e12 } },
    }),
    machine: i3en,
  },
};

describe("the page", { skip: noBrowser }, () => {
  let open: OpenPage;
  before(async () => {
    open = await openPage(start);
  });
  after(() => open?.close());
  afterEach(() => assert.deepEqual(open.complaints, []));

  const linkTo = (plan: Plan) => open.url + toFragment(textsOf(plan));
  /** Opens the page anew, so it has read the link when this is done. */
  async function follow(link: string): Promise<void> {
    await open.page.goto("about:blank");
    await open.page.goto(link);
  }

  test("it opens with the plan that it was written for", async () => {
    await assertShows(open.page, start);
    assert.equal(await open.page.locator("#preset").inputValue(), "standard");
  });

  for (const name of Object.keys(PRESETS) as PresetName[])
    test(`preset ${name} gives the numbers of the command`, async () => {
      await open.page.locator("#preset").selectOption(name);
      await assertShows(open.page, planOf(name));
      assert.equal(new URL(open.page.url()).hash, toFragment(PRESET_TEXTS[name]!));
    });

  for (const [name, plan] of Object.entries(LINKED))
    test(`a link gives the numbers of the command: ${name}`, async () => {
      await follow(linkTo(plan));
      await assertShows(open.page, plan);
    });

  test("a link is all that another page needs", async () => {
    const plan = LINKED["too few brokers, set by hand"]!;
    const other = await openPage(LINKED["compacted topics of different sizes on machines of one's own"]!);
    try {
      await other.page.goto("about:blank");
      await other.page.goto(other.url + toFragment(textsOf(plan)));
      await assertShows(other.page, plan);
      // An input that is empty is in no link; the page's own plan must not fill it.
      await other.page.goto(other.url + toFragment(textsOf(start)));
      await assertShows(other.page, start);
    } finally {
      await other.close();
    }
  });

  test("the growth table ends where the plan does", async () => {
    const plan = LINKED["a rack of three, growing for three years"]!;
    await follow(linkTo(plan));
    const last = open.page.locator("#growth-table tbody tr").last();
    assert.equal(await last.locator("th").textContent(), "3 y");
    assert.equal(await last.locator("td").textContent(), String(sizeCluster(plan.workload, plan.machine).brokers));
    await open.page.locator("#axis-load").check();
    const five = { produceBytesPerSec: 500e6, peakProduceBytesPerSec: 1250e6 };
    const brokers = sizeCluster({ ...plan.workload, ...five }, plan.machine).brokers;
    assert.equal(await last.textContent(), `×5${brokers}`);
    assert.equal(await open.page.locator("#chart canvas").count(), 1);
    await open.page.locator("#axis-years").check();
  });

  test("arrow keys move a slider, and the answer follows", async () => {
    await follow(linkTo(start));
    await open.page.locator("#slider-produce").focus();
    await open.page.keyboard.press("ArrowRight");
    assert.equal(await open.page.locator("#input-produce").inputValue(), "15MB/s");
    assert.equal(await open.page.locator("#slider-produce").getAttribute("aria-valuetext"), "15MB/s");
    await assertShows(open.page, { ...start, workload: { ...start.workload, produceBytesPerSec: 15e6 } });
    assert.match(open.page.url(), /produce=15MB%2Fs/);
    await open.page.keyboard.press("Tab");
    assert.equal(await open.page.evaluate("document.activeElement.id"), "input-peak");
  });

  test("a typed figure moves its slider", async () => {
    await follow(linkTo(start));
    const before = await open.page.locator("#slider-retention").inputValue();
    await open.page.locator("#input-retention").fill("30d");
    assert.ok(Number(await open.page.locator("#slider-retention").inputValue()) > Number(before));
    const retention = { by: "time", ms: 30 * 86_400_000 } as const;
    await assertShows(open.page, { ...start, workload: { ...start.workload, retention } });
  });

  const WRONG = [
    ["produce", "12", "add the unit: 12MB/s or 12MiB/s"],
    ["peak", "1MB/s", "wanted a peak that is not below the average"],
  ] as const;
  for (const [input, text, says] of WRONG)
    test(`${input} = ${text} is refused beside the input; the last answer stays, marked`, async () => {
      await follow(linkTo(start));
      await open.page.locator(`#input-${input}`).fill(text);
      const fault = open.page.locator(`#input-${input}-fault`);
      assert.ok((await fault.textContent())?.includes(says), `${await fault.textContent()}`);
      assert.ok(await fault.isVisible());
      assert.equal(await open.page.locator(`#input-${input}`).getAttribute("aria-invalid"), "true");
      assert.ok(await open.page.locator("#stale").isVisible());
      await assertShows(open.page, start);
      await open.page.locator(`#input-${input}`).fill(PRESET_TEXTS.standard![input]!);
      assert.ok(!(await open.page.locator("#stale").isVisible()));
      assert.ok(!(await fault.isVisible()));
    });

  test("a fault in what is folded away unfolds it", async () => {
    await follow(`${linkTo(start)}&brokers=2000`);
    assert.match((await open.page.locator("#input-brokers-fault").textContent()) ?? "", /whole number from 1 to 1000/);
    assert.ok(await open.page.locator("#input-brokers-fault").isVisible());
    await assertShows(open.page, start);
  });

  test("a plan that no cluster carries says so, and a link with strange words", async () => {
    const huge = { ...start.workload, produceBytesPerSec: 1e12, peakProduceBytesPerSec: 1e12 };
    assert.throws(() => sizeCluster(huge, start.machine));
    await follow(linkTo({ ...start, workload: huge }));
    assert.match((await open.page.locator("#input-class-fault").textContent()) ?? "", /1000 brokers/);
    await follow(`${linkTo(start)}&colour=red`);
    assert.match((await open.page.locator("#problems").textContent()) ?? "", /colour/);
    await assertShows(open.page, start);
  });

  test("another link in the address of the open page is followed", async () => {
    await follow(linkTo(start));
    await open.page.goto(linkTo(planOf("dev")));
    await open.page.waitForFunction(`document.getElementById("preset").value === "dev"`);
    await assertShows(open.page, planOf("dev"));
  });

  test("the stack file is copied", async () => {
    await open.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await open.page.locator("#copy-stack").click();
    await open.page.getByText("Copied").waitFor();
    assert.equal(
      await open.page.evaluate("navigator.clipboard.readText()"),
      await open.page.locator("#stack").inputValue(),
    );
  });

  test("every control has a name", async () => {
    const nameless = await open.page.evaluate(`[...document.querySelectorAll("input, select, textarea, button")]
      .filter((one) => !one.labels?.length && !one.ariaLabel && !one.getAttribute("aria-labelledby") && !one.textContent)
      .map((one) => one.id)`);
    assert.deepEqual(nameless, []);
  });

  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [360, 1280])
      test(`${colorScheme}, ${width} wide: nothing is cut off`, async () => {
        await open.page.emulateMedia({ colorScheme });
        await open.page.setViewportSize({ width, height: 800 });
        await open.page.evaluate(`document.querySelectorAll("details").forEach((one) => { one.open = true; })`);
        assert.equal(await open.page.evaluate("document.documentElement.scrollWidth"), width);
        const [dark, lightness] = await open.page.evaluate<[boolean, number]>(`[
          matchMedia("(prefers-color-scheme: dark)").matches,
          Number(/\\d+/.exec(getComputedStyle(document.documentElement).backgroundColor)[0])]`);
        assert.equal(dark, colorScheme === "dark");
        assert.equal(lightness < 128, dark);
        assert.ok(await open.page.locator("#verdict").isVisible());
      });
});

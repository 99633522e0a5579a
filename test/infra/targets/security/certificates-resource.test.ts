import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { makeCertificatesResource } from "../../../../infra/targets/security/certificates-resource.ts";
import { makeAuthority } from "../../../../infra/targets/security/make.ts";
import type { CertificatesInputs, Issued } from "../../../../infra/targets/security/types.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { later } from "./simulate.ts";

const home = mkdtempSync(path.join(tmpdir(), "certificates-"));
after(() => rmSync(home, { recursive: true }));

const START = new Date("2026-03-01T00:00:00Z");
const node = (id: number, ...hosts: string[]) => ({
  name: `node-${id}`,
  commonName: "kafka-node",
  kind: "node" as const,
  hosts,
});
const user = { name: "user-orders", commonName: "orders", kind: "client" as const, hosts: [] };

type Outputs = JsonObject & Issued & { readonly authority: string; readonly notAfter: Record<string, string> };

/** One stack with the resource, its clock, and the engine's part: what is in the state. */
class Stack {
  now = START;
  readonly said: string[] = [];
  readonly directory = mkdtempSync(path.join(home, "stack-"));
  state: Outputs | undefined;
  #inputs: JsonObject = {};
  readonly #resource = makeCertificatesResource(() => this.now);

  inputs(changes: Partial<CertificatesInputs> = {}): JsonObject {
    const settings = { rotation: "stable", lifetimeDays: 365, renewBeforeDays: 30, authorityDays: 3650 } as const;
    const { directory } = this;
    return {
      name: "dev",
      directory,
      ...settings,
      wanted: [node(1, "a"), node(2, "b"), user],
      ...changes,
    } as unknown as JsonObject;
  }

  faults(changes: Partial<CertificatesInputs>): string {
    const found = this.#resource.check?.(this.inputs(changes), {}) ?? [];
    assert.ok(!(found instanceof Promise), "it asks nobody");
    return found.map(({ property, reason }) => `${property} ${reason}`.trim()).join("\n");
  }

  /** What a preview would say: which properties change, and the outputs if any does. */
  async preview(changes: Partial<CertificatesInputs> = {}): Promise<{ changed: readonly string[]; outputs?: Outputs }> {
    const [inputs, { state }] = [this.inputs(changes), this];
    if (!state)
      return { changed: [], outputs: (await this.#resource.create(inputs, this.#context(true))).outputs as Outputs };
    const { changed } = await this.#resource.diff("dev", inputs, state, this.#inputs, this.#context(true));
    if (changed.length === 0) return { changed };
    return { changed, outputs: (await this.#resource.update("dev", inputs, state, this.#context(true))) as Outputs };
  }

  async up(changes: Partial<CertificatesInputs> = {}): Promise<Outputs> {
    const [inputs, { state }] = [this.inputs(changes), this];
    if (!state) this.state = (await this.#resource.create(inputs, this.#context(false))).outputs as Outputs;
    else if ((await this.preview(changes)).changed.length > 0)
      this.state = (await this.#resource.update("dev", inputs, state, this.#context(false))) as Outputs;
    this.#inputs = inputs;
    return this.state!;
  }

  async down(): Promise<void> {
    await this.#resource.delete("dev", this.state!, this.#context(false));
    this.state = undefined;
  }

  #context(preview: boolean): OperationContext {
    const say = (message: string) => void this.said.push(message);
    const { signal } = new AbortController();
    const asked = { urn: "", preview, oldInputs: {}, ignoreChanges: [], timeoutSeconds: undefined };
    return { ...asked, signal, log: say, warn: say };
  }
}

test("a preview touches nothing and knows nothing but the names", async () => {
  const stack = new Stack();
  const { outputs } = await stack.preview();
  assert.deepEqual(outputs?.pems, { "node-1": UNKNOWN, "node-2": UNKNOWN, "user-orders": UNKNOWN });
  assert.equal(outputs?.authority, UNKNOWN);
  assert.deepEqual(readdirSync(stack.directory), []);
});

test("what is made lies beside the data for its owner alone, and up after down takes it up", async () => {
  const stack = new Stack();
  const first = await stack.up();
  assert.deepEqual(first.notAfter["node-1"], "2027-03-01T00:00:00.000Z");
  const file = path.join(stack.directory, "certificates.json");
  assert.deepEqual(readdirSync(stack.directory), ["certificates.json", "certificates.json.bak"]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await stack.down();
  const kept = readFileSync(file, "utf8");
  stack.now = later(START, 1);
  assert.deepEqual(await stack.up(), first);
  assert.equal(readFileSync(file, "utf8"), kept);
});

test("a folder that is made is its owner's alone", async () => {
  const stack = new Stack();
  const directory = path.join(stack.directory, "below");
  await stack.up({ directory });
  assert.equal(statSync(directory).mode & 0o777, 0o700);
});

test("only what must change does, and the rest stays byte for byte", async () => {
  const stack = new Stack();
  const first = await stack.up();
  const wanted = [node(1, "a"), node(2, "b", "c"), node(3, "d")];
  const { changed, outputs } = await stack.preview({ wanted });
  assert.deepEqual(changed, ["wanted"]);
  assert.deepEqual(outputs?.pems, { "node-1": first.pems["node-1"], "node-2": UNKNOWN, "node-3": UNKNOWN });
  assert.equal(outputs?.authority, first.authority);
  const second = await stack.up({ wanted });
  assert.deepEqual(Object.keys(second.pems), ["node-1", "node-2", "node-3"]);
  assert.deepEqual(second.pems["node-1"], first.pems["node-1"]);
  assert.notEqual(second.pems["node-2"]?.certificate, first.pems["node-2"]?.certificate);
  assert.equal(second.authority, first.authority);
  assert.deepEqual((await stack.preview({ wanted })).changed, []);
});

test("time alone is a change once certificates near their end, with its reason", async () => {
  const stack = new Stack();
  const first = await stack.up();
  stack.now = later(START, 334);
  assert.deepEqual((await stack.preview()).changed, []);
  await stack.up({ wanted: [node(1, "a"), node(2, "b", "c"), user] });
  stack.now = later(START, 336);
  stack.said.length = 0;
  const wanted = [node(1, "a"), node(2, "b", "c"), user];
  const { changed, outputs } = await stack.preview({ wanted });
  assert.deepEqual(changed, ["notAfter"]);
  assert.deepEqual(stack.said, ["renew node-1, user-orders: it ends on 2027-03-01"]);
  assert.deepEqual(outputs?.pems["node-1"], UNKNOWN);
  assert.notDeepEqual(outputs?.pems["node-2"], UNKNOWN, "it was made two days ago");
  const second = await stack.up({ wanted });
  assert.notEqual(second.pems["node-1"]?.key, first.pems["node-1"]?.key);
  assert.equal(second.authority, first.authority);
  assert.deepEqual((await stack.preview({ wanted })).changed, []);
});

test("an authority is replaced in three steps, and only the second makes certificates", async () => {
  const stack = new Stack();
  const first = await stack.up();
  await assert.rejects(stack.up({ rotation: "reissue" }), /rotation: reissue follows trustBoth only/);
  const { outputs } = await stack.preview({ rotation: "trustBoth" });
  assert.equal(outputs?.authority, UNKNOWN);
  assert.deepEqual(outputs?.pems, first.pems);
  const both = await stack.up({ rotation: "trustBoth" });
  assert.ok(both.authority.startsWith(first.authority) && both.authority.length > first.authority.length);
  assert.deepEqual(both.pems, first.pems);
  const reissued = await stack.up({ rotation: "reissue" });
  assert.equal(reissued.authority, both.authority);
  assert.notEqual(reissued.pems["user-orders"]?.certificate, first.pems["user-orders"]?.certificate);
  await stack.down();
  assert.deepEqual(await stack.up({ rotation: "reissue" }), reissued, "down in the middle changes nothing");
  const last = await stack.up();
  assert.deepEqual(last.pems, reissued.pems);
  assert.equal(first.authority + last.authority, both.authority);
  assert.equal(last.authorities.length, 1, "the key of the old is gone");
});

test("a preview that does not know hosts knows the other certificates", async () => {
  const stack = new Stack();
  const first = await stack.up();
  const wanted = [node(1, "a"), node(2, UNKNOWN), user];
  assert.equal(stack.faults({ wanted }), "");
  const { changed, outputs } = await stack.preview({ wanted });
  assert.deepEqual(
    [changed, outputs?.pems["node-1"], outputs?.pems["node-2"]],
    [["wanted"], first.pems["node-1"], UNKNOWN],
  );
  const vague = await stack.preview({ wanted: UNKNOWN as never });
  assert.deepEqual([vague.changed, vague.outputs?.pems], [["wanted"], UNKNOWN]);
});

test("a given authority signs, is not made anew, and another one is taken in the same three steps", async () => {
  const stack = new Stack();
  const [given, next] = await Promise.all(["one", "two"].map((name) => makeAuthority(name, 3650, START)));
  const first = await stack.up({ given: given! });
  assert.equal(first.authority, given!.certificate);
  await assert.rejects(stack.up({ given: next! }), /authority: another authority than .* set rotation to trustBoth$/);
  const both = await stack.up({ given: next!, rotation: "trustBoth" });
  const wanted = [...(stack.inputs().wanted as never[]), node(3, "c")];
  const grown = await stack.up({ given: next!, rotation: "trustBoth", wanted });
  assert.ok(grown.pems["node-3"], "the old one's key is still there to sign with");
  assert.equal(both.authority, given!.certificate + next!.certificate);
  await stack.up({ given: next!, rotation: "reissue" });
  assert.equal((await stack.up({ given: next! })).authority, next!.certificate);
});

test("what cannot work is refused before anything is made", async () => {
  const stack = new Stack();
  const given = { ...(await makeAuthority("one", 30, START)), key: "nothing" };
  // It names no property: Pulumi would print its value, the key.
  assert.match(stack.faults({ given }), /^security\.certificates\.authority: the key cannot be read; /);
  assert.match(
    stack.faults({ renewBeforeDays: 365 }),
    /^renewBeforeDays security\.certificates\.renewBefore: wanted less than the lifetime of 365d, found 365d/,
  );
  assert.match(stack.faults({ wanted: [node(1, "a, b")] }), /found "a, b"$/);
  assert.equal(stack.faults({}), "");
});

test("an authority that ended while the cluster was down gives way to a new one", async () => {
  const stack = new Stack();
  const first = await stack.up();
  stack.now = later(START, 3651);
  await assert.rejects(
    stack.preview(),
    /the authority ended on 2036-02-27, .* a new one is made after down, by the next up/,
  );
  await stack.down();
  const second = await stack.up();
  assert.notEqual(second.authority, first.authority);
  assert.match(stack.said.join("\n"), /the authority that was kept has ended/);
});

test("no message holds a private key", async () => {
  const stack = new Stack();
  const { pems, authorities } = await stack.up();
  stack.now = later(START, 3600);
  await stack.up();
  assert.match(stack.said.join("\n"), /replace it before/);
  for (const { key } of [...Object.values(pems), ...authorities])
    assert.ok(!stack.said.join("\n").includes(key.split("\n")[1]!));
});

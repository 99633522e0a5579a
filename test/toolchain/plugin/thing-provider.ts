/** A provider of one resource type whose input `how` says how an operation ends. */
import { setTimeout as sleep } from "node:timers/promises";
import { serveProvider } from "../../../toolchain/plugin/provider.ts";
import { InitFailed, type OperationContext, type ResourceHandler } from "../../../toolchain/plugin/resource.ts";
import type { JsonObject } from "../../../toolchain/plugin/struct.ts";

async function work({ how }: JsonObject, { log, preview, signal, urn }: OperationContext): Promise<JsonObject> {
  if (how === "fail") throw new Error("told to fail");
  if (how === "half") throw new InitFailed("thing-1", { running: false }, "told to stay half-made");
  if (how === "hang") {
    log("hanging");
    await sleep(600_000, undefined, { signal }).catch(() => {});
    await sleep(200);
    log("undone");
    signal.throwIfAborted();
  }
  return { preview, urn };
}

const thing: ResourceHandler = {
  check: ({ how }) => (how === "refuse" ? [{ property: "how", reason: "told to refuse" }] : []),
  async diff(_id, inputs, state, oldInputs) {
    return { changed: [...Object.keys(inputs), ...Object.keys(state), ...Object.keys(oldInputs)], replaces: ["how"] };
  },
  create: async (inputs, context) => ({ id: "thing-1", outputs: await work(inputs, context) }),
  read: async (_id, state) => (state.gone ? undefined : { ...state, seen: true }),
  update: (_id, inputs, state, context) => work({ ...state, ...inputs }, context),
  delete: async (_id, state, context) => void (await work(state, context)),
};

/** A resource whose every method shows what it was given. */
const shown = (config: JsonObject): ResourceHandler => ({
  ...thing,
  complete: (inputs, olds, urn, seed) => ({ ...inputs, olds: { ...olds }, urn, seed: [...seed] }),
  diff: async () => ({
    changed: ["ports", "sysctls"],
    replaces: ["ports"],
    detailed: [
      { path: "ports[0].external", kind: "update", replaces: true },
      { path: "ports[1]", kind: "add", replaces: true },
      { path: "ports[2]", kind: "delete", replaces: true },
      { path: 'sysctls["a.b"]', kind: "add", replaces: false },
      { path: 'sysctls["c.d"]', kind: "delete", replaces: false },
    ],
    deleteBeforeReplace: true,
  }),
  create: async () => ({ id: "shown-1", outputs: { config } }),
});

const handlers = {
  check: ({ place }: JsonObject) =>
    place === "nowhere" ? [{ property: "place", reason: "there is no such place" }] : [],
  replaces: ({ place }: JsonObject, _olds: JsonObject, changed: readonly string[]) =>
    place === "elsewhere" ? changed.filter((name) => name === "place") : [],
  configure: (config: JsonObject) => ({ "test:index:Thing": shown(config) }),
};

const notice = "the test's provider is used";
await serveProvider(
  process.argv[2] === "configured"
    ? { name: "test", version: "1.2.3", handlers, notice }
    : { name: "test", version: "1.2.3", handlers: { "test:index:Thing": thing } },
);

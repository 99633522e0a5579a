import { InitFailed, type OperationContext, type ResourceHandler } from "../../plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { createContainer } from "./container-create.ts";
import { observed } from "./container-observed.ts";
import { type ContainerArgs, containerProperties } from "./container-properties.ts";
import { removeContainer } from "./container-remove.ts";
import { updateContainer } from "./container-update.ts";
import { differences } from "./differences.ts";
import { type Engine, orGone } from "./engine.ts";
import { Unhealthy, waitUntilHealthy } from "./health.ts";
import { withName } from "./naming.ts";
import { refusals } from "./refusals.ts";
import { uploadRefusals } from "./uploads.ts";

/** Version of the state's schema in the official plugin, so that it takes the state over without migrating it. */
const META = { __meta: '{"schema_version":"2"}' };
/** What only the engine tells, besides inputs that it chooses where the program does not. */
const OUTPUTS = ["networkDatas", "bridge", "exitCode", "containerLogs", "runtime", "ipcMode", "platform"];

/** `docker:index/container:Container`: one container, replaced by deleting first, since names and ports are unique. */
export function containerResource(engine: Engine): ResourceHandler {
  const read = async (id: string, state: JsonObject): Promise<JsonObject | undefined> => {
    const info = await orGone(engine.docker.getContainer(id).inspect());
    return info && observed(state, info);
  };
  return {
    complete: withName,

    check: (inputs) => [...refusals(containerProperties, inputs), ...uploadRefusals(inputs)],

    diff: async (_id, inputs, state, oldInputs) => differences(containerProperties, inputs, state, oldInputs, true),

    async create(inputs, context) {
      const wanted = withDefaults(inputs);
      if (context.preview) return { id: UNKNOWN, outputs: expected(wanted) };
      const args = wanted as unknown as ContainerArgs;
      const id = await createContainer(engine, args, context);
      try {
        await settle(engine, id, args, context, () => read(id, wanted));
      } catch (error) {
        // Interrupted: nothing of the creation remains.
        if (!(error instanceof InitFailed)) await removeContainer(engine, id, { ...args, destroyGraceSeconds: 0 });
        throw error;
      }
      return { id, outputs: (await read(id, wanted)) ?? wanted };
    },

    async read(id, state) {
      return read(id, state.image === undefined ? withDefaults(state) : state);
    },

    async update(id, inputs, state, context) {
      const wanted = { ...computedOf(state, inputs), ...withDefaults(inputs) };
      if (context.preview) return wanted;
      const args = wanted as unknown as ContainerArgs;
      const { changed = [] } = differences(containerProperties, inputs, state, {}, true);
      await updateContainer(engine, id, args, changed, context);
      if (args.mustRun) await settle(engine, id, args, context, () => read(id, wanted));
      return (await read(id, wanted)) ?? wanted;
    },

    async delete(id, state, context) {
      await removeContainer(engine, id, withDefaults(state) as unknown as ContainerArgs, context);
    },
  };
}

/** Waits for health where that is asked for. What exists but does not work is told to the engine as such. */
async function settle(
  { docker }: Engine,
  id: string,
  args: ContainerArgs,
  context: OperationContext,
  read: () => Promise<JsonObject | undefined>,
): Promise<void> {
  if (!args.wait || !args.start) return;
  try {
    await waitUntilHealthy(docker.getContainer(id), args, context);
  } catch (error) {
    if (error instanceof Unhealthy) throw new InitFailed(id, (await read()) ?? {}, error.message);
    context.signal.throwIfAborted();
    throw error;
  }
}

function withDefaults(inputs: JsonObject): JsonObject {
  const defaults = Object.entries(containerProperties).flatMap(([name, property]) =>
    property.default === undefined ? [] : [[name, property.default] as const],
  );
  const given = Object.entries(inputs).filter(([name, value]) => value !== null && name !== "__defaults");
  return { ...META, ...Object.fromEntries(defaults), ...Object.fromEntries(given) };
}

/** What the engine chose stays chosen. */
function computedOf(state: JsonObject, inputs: JsonObject): JsonObject {
  const stays = (name: string) => inputs[name] === undefined && containerProperties[name]?.computed === true;
  const outputs = (name: string) => containerProperties[name] === undefined;
  return Object.fromEntries(Object.entries(state).filter(([name]) => stays(name) || outputs(name)));
}

/** In a preview: what the engine will choose is not known yet. */
function expected(wanted: JsonObject): JsonObject {
  const chosen = Object.keys(containerProperties).filter((name) => containerProperties[name]!.computed);
  const unknown = Object.fromEntries([...OUTPUTS, ...chosen].map((name) => [name, UNKNOWN]));
  const ports = Array.isArray(wanted.ports) ? (wanted.ports as JsonObject[]) : [];
  const published = ports.map((port) => (port === (UNKNOWN as unknown) ? port : { external: UNKNOWN, ...port }));
  return { ...unknown, ...wanted, ...(ports.length > 0 && { ports: published }) };
}

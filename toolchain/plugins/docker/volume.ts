import type { VolumeCreateOptions, VolumeInspectInfo } from "dockerode";
import type { ResourceHandler } from "../../plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { differences } from "./differences.ts";
import { type Engine, orGone, reasonOf, statusOf } from "./engine.ts";
import { isNameChosen, withName } from "./naming.ts";
import { labels, map, type Properties, string } from "./property.ts";
import { refusals } from "./refusals.ts";
import { whileUsed } from "./while-used.ts";

/** As in terraform-provider-docker (resource_docker_volume.go): every change makes another volume. */
export const volumeProperties: Properties = {
  name: { shape: string, required: true, replaces: true },
  labels: { shape: labels, replaces: true },
  driver: { shape: string, replaces: true, computed: true },
  driverOpts: { shape: map, replaces: true },
};

const META = { __meta: '{"schema_version":"1"}' };

/**
 * `docker:index/volume:Volume`. A volume of that name that exists is adopted with its data. Its labels are not read
 * back: the official plugin would find those of an adopted volume to differ, and replace it, with its data.
 */
export function volumeResource({ docker }: Engine): ResourceHandler {
  const read = async (id: string, state: JsonObject): Promise<JsonObject | undefined> => {
    const info = (await orGone(docker.getVolume(id).inspect())) as VolumeInspectInfo | undefined;
    return info && { driver: info.Driver, ...state, ...META, name: info.Name, mountpoint: info.Mountpoint };
  };
  return {
    complete: withName,
    check: (inputs) => refusals(volumeProperties, inputs),
    diff: async (_id, inputs, state, oldInputs) =>
      differences(volumeProperties, inputs, state, oldInputs, !isNameChosen(inputs)),

    async create(inputs, context) {
      const { __defaults: _, ...wanted } = inputs;
      const name = String(inputs.name);
      if (context.preview) return { id: UNKNOWN, outputs: { driver: UNKNOWN, mountpoint: UNKNOWN, ...wanted } };
      context.signal.throwIfAborted();
      try {
        await docker.createVolume(createOptions(wanted));
      } catch (error) {
        if (statusOf(error) === undefined) throw error;
        throw new Error(`volume ${name} was not created: ${reasonOf(error)}; correct its inputs or its name`);
      }
      return { id: name, outputs: (await read(name, wanted)) ?? wanted };
    },

    read: (id, state) => read(id, state),

    async update() {
      throw new Error("a volume cannot be changed in place");
    },

    async delete(id, _state, context) {
      await whileUsed(`volume ${id}`, /volume is in use/, context, () => docker.getVolume(id).remove({ force: true }));
    },
  };
}

function createOptions({ name, driver, driverOpts, labels }: JsonObject): VolumeCreateOptions {
  const pairs = (labels ?? []) as unknown as readonly { readonly label: string; readonly value: string }[];
  return {
    Name: String(name),
    ...(driver ? { Driver: String(driver) } : {}),
    DriverOpts: (driverOpts ?? {}) as Record<string, string>,
    Labels: Object.fromEntries(pairs.map(({ label, value }) => [label, value])),
  };
}

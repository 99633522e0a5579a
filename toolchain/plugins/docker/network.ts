import type { NetworkCreateOptions, NetworkInspectInfo } from "dockerode";
import type { ResourceHandler } from "../../plugin/resource.ts";
import { type Json, type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { differences } from "./differences.ts";
import { type Engine, orGone, reasonOf, statusOf } from "./engine.ts";
import { isNameChosen, withName } from "./naming.ts";
import { boolean, isEmpty, labels, map, object, type Properties, set, string } from "./property.ts";
import { refusals } from "./refusals.ts";
import { whileUsed } from "./while-used.ts";

const ipamConfig = object({
  subnet: { shape: string },
  ipRange: { shape: string },
  gateway: { shape: string },
  auxAddress: { shape: map },
});

/** As in terraform-provider-docker (resource_docker_network.go): every change makes another network. */
export const networkProperties: Properties = {
  name: { shape: string, required: true, replaces: true },
  labels: { shape: labels, replaces: true },
  driver: { shape: string, replaces: true, computed: true },
  options: { shape: map, replaces: true, computed: true },
  internal: { shape: boolean, replaces: true, computed: true },
  attachable: { shape: boolean, replaces: true },
  ingress: { shape: boolean, replaces: true },
  ipv6: { shape: boolean, replaces: true },
  ipamDriver: { shape: string, replaces: true, default: "default" },
  ipamOptions: { shape: map, replaces: true },
  ipamConfigs: { shape: set(ipamConfig), replaces: true, computed: true },
};

const META = { __meta: '{"schema_version":"1"}' };

/** `docker:index/network:Network`. A network of that name that exists is not taken over but refused, as officially. */
export function networkResource({ docker }: Engine): ResourceHandler {
  const read = async (id: string, state: JsonObject): Promise<JsonObject | undefined> => {
    const info = (await orGone(docker.getNetwork(id).inspect())) as NetworkInspectInfo | undefined;
    return info && { ...told(info), ...state, ...META };
  };
  return {
    complete: withName,
    check: (inputs) => refusals(networkProperties, inputs),
    diff: async (_id, inputs, state, oldInputs) =>
      differences(networkProperties, inputs, state, oldInputs, !isNameChosen(inputs)),

    async create(inputs, context) {
      const wanted = { ipamDriver: "default", ...own(inputs) };
      if (context.preview) {
        const later = { driver: UNKNOWN, internal: UNKNOWN, ipamConfigs: UNKNOWN, options: UNKNOWN, scope: UNKNOWN };
        return { id: UNKNOWN, outputs: { ...later, ...wanted } };
      }
      context.signal.throwIfAborted();
      try {
        const { id } = await docker.createNetwork(createOptions(wanted as unknown as NetworkArgs));
        return { id, outputs: (await read(id, wanted)) ?? wanted };
      } catch (error) {
        if (statusOf(error) === undefined) throw error;
        const next =
          statusOf(error) === 409
            ? `remove it if nothing uses it (docker network rm ${inputs.name}), or choose another name`
            : "correct its inputs";
        throw new Error(`network ${inputs.name} was not created: ${reasonOf(error)}; ${next}`);
      }
    },

    read: (id, state) => read(id, state),

    async update() {
      throw new Error("a network cannot be changed in place");
    },

    async delete(id, state, context) {
      await whileUsed(`network ${state.name ?? id}`, /has active endpoints/, context, () =>
        docker.getNetwork(id).remove(),
      );
    },
  };
}

interface NetworkArgs {
  readonly name: string;
  readonly labels?: readonly { readonly label: string; readonly value: string }[];
  readonly driver?: string;
  readonly options?: Record<string, string>;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly ingress?: boolean;
  readonly ipv6?: boolean;
  readonly ipamDriver: string;
  readonly ipamOptions?: Record<string, string>;
  readonly ipamConfigs?: readonly {
    readonly subnet?: string;
    readonly ipRange?: string;
    readonly gateway?: string;
    readonly auxAddress?: Record<string, string>;
  }[];
}

function createOptions(args: NetworkArgs): NetworkCreateOptions {
  const ranges = (args.ipamConfigs ?? []).map(({ subnet, ipRange, gateway, auxAddress }) => ({
    ...(subnet && { Subnet: subnet }),
    ...(ipRange && { IPRange: ipRange }),
    ...(gateway && { Gateway: gateway }),
    ...(auxAddress && { AuxiliaryAddresses: auxAddress }),
  }));
  return {
    Name: args.name,
    CheckDuplicate: true,
    ...(args.labels && { Labels: Object.fromEntries(args.labels.map(({ label, value }) => [label, value])) }),
    ...(args.driver && { Driver: args.driver }),
    ...(args.options && { Options: args.options }),
    Internal: args.internal ?? false,
    Attachable: args.attachable ?? false,
    Ingress: args.ingress ?? false,
    EnableIPv6: args.ipv6 ?? false,
    IPAM: { Driver: args.ipamDriver, Config: ranges as never, Options: args.ipamOptions ?? {} },
  };
}

/** What the engine chose. Nothing of a network can change after its creation, so what the state says stays. */
function told(info: NetworkInspectInfo): JsonObject {
  const ranges = (info.IPAM?.Config ?? []) as unknown as Record<string, Json>[];
  const ipamConfigs = ranges.map(({ Subnet, IPRange, Gateway, AuxiliaryAddresses }) => {
    const known = { subnet: Subnet, ipRange: IPRange, gateway: Gateway, auxAddress: AuxiliaryAddresses };
    return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, Json] => !isEmpty(entry[1])));
  });
  const { Name, Driver, Internal, Scope, Options } = info;
  return { name: Name, driver: Driver, internal: Internal, scope: Scope, options: { ...Options }, ipamConfigs };
}

function own(inputs: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(inputs).filter(([name, value]) => value !== null && name !== "__defaults"));
}

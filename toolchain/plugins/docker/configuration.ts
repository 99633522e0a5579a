import { UserError } from "../../../infra/errors.ts";
import { dockerAt, dockerHost } from "../../docker.ts";
import type { Configurable } from "../../plugin/configuration.ts";
import { containerResource } from "./container.ts";
import { explaining } from "./engine.ts";
import { networkResource } from "./network.ts";
import { type Properties, string } from "./property.ts";
import { refusals } from "./refusals.ts";
import { remoteImageResource } from "./remote-image.ts";
import { volumeResource } from "./volume.ts";

const properties: Properties = { host: { shape: string } };

/** The provider's own configuration: where the engine is. Without it, where Docker's own commands look for it. */
export const configuration: Configurable = {
  check: (config) => refusals(properties, config),
  configure(config) {
    const host = hostOf(config.host);
    const engine = { host, docker: dockerAt(host) };
    const handlers = {
      "docker:index/container:Container": containerResource(engine),
      "docker:index/network:Network": networkResource(engine),
      "docker:index/remoteImage:RemoteImage": remoteImageResource(engine),
      "docker:index/volume:Volume": volumeResource(engine),
    };
    return Object.fromEntries(Object.entries(handlers).map(([type, handler]) => [type, explaining(handler, host)]));
  },
};

function hostOf(explicit: unknown): string {
  try {
    return dockerHost(typeof explicit === "string" ? explicit : undefined);
  } catch (error) {
    throw error instanceof UserError ? new Error(`${error.message}; ${error.next}`) : error;
  }
}

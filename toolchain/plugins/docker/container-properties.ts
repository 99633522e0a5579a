import {
  boolean,
  duration,
  labels,
  list,
  map,
  matching,
  natural,
  number,
  object,
  type Properties,
  set,
  string,
} from "./property.ts";

const PROTOCOL = matching(/^(tcp|udp|sctp)$/);

const port = object({
  internal: { shape: natural, required: true },
  external: { shape: natural, computed: true },
  ip: { shape: string, default: "0.0.0.0" },
  protocol: { shape: PROTOCOL, default: "tcp" },
});

const network = object({ name: { shape: string, required: true }, aliases: { shape: set(string) } });

const volume = object({
  volumeName: { shape: string },
  containerPath: { shape: string, required: true },
  readOnly: { shape: boolean, default: false },
});

const upload = object({
  file: { shape: string, required: true },
  content: { shape: string },
  contentBase64: { shape: matching(/^[A-Za-z0-9+/\s]*={0,2}\s*$/) },
  executable: { shape: boolean, default: false },
  permissions: { shape: matching(/^0[0-7]{3}$/) },
});

const ulimit = object({
  name: { shape: string, required: true },
  soft: { shape: number, required: true },
  hard: { shape: number, required: true },
});

/** Fields that are not given come from the image. */
const healthcheck = object({
  tests: { shape: list(string), computed: true },
  interval: { shape: duration, computed: true },
  timeout: { shape: duration, computed: true },
  startPeriod: { shape: duration, computed: true },
  startInterval: { shape: duration, computed: true },
  retries: { shape: natural, computed: true },
});

/**
 * The inputs of a container that are supported. What replaces, what has which default and what is a set is as in the
 * schema of the official plugin and of terraform-provider-docker, on which it stands (resource_docker_container.go).
 * `user` and `workingDir` come from the image where they are not given; the plugin there suppresses the difference.
 */
export const containerProperties: Properties = {
  name: { shape: string, required: true, replaces: true },
  image: { shape: string, required: true, replaces: true },
  hostname: { shape: string, replaces: true, computed: true },
  user: { shape: string, replaces: true, computed: true },
  entrypoints: { shape: list(string), replaces: true, computed: true },
  command: { shape: list(matching(/./s)), replaces: true, computed: true },
  envs: { shape: set(string), replaces: true, computed: true },
  labels: { shape: labels, replaces: true, computed: true },
  networkMode: { shape: string, replaces: true, default: "bridge" },
  networksAdvanced: { shape: set(network), replaces: true },
  ports: { shape: set(port, ["internal", "protocol"]), replaces: true },
  volumes: { shape: set(volume), replaces: true },
  tmpfs: { shape: map },
  readOnly: { shape: boolean, replaces: true, default: false },
  capabilities: {
    shape: object({ adds: { shape: set(string) }, drops: { shape: set(string) } }),
    replaces: true,
  },
  securityOpts: { shape: set(string), replaces: true, computed: true },
  ulimits: { shape: set(ulimit), replaces: true },
  memory: { shape: natural },
  memorySwap: { shape: { type: "number", least: -1 } },
  cpus: { shape: matching(/^\d+(\.\d+)?$/), replaces: true },
  cpuShares: { shape: natural },
  restart: { shape: matching(/^(no|on-failure|always|unless-stopped)$/), default: "no" },
  maxRetryCount: { shape: natural },
  healthcheck: { shape: healthcheck, computed: true },
  start: { shape: boolean, default: true },
  mustRun: { shape: boolean, default: true },
  wait: { shape: boolean, default: false },
  waitTimeout: { shape: natural, default: 60 },
  destroyGraceSeconds: { shape: natural },
  stopSignal: { shape: string, replaces: true, computed: true },
  stopTimeout: { shape: natural, replaces: true, computed: true },
  logDriver: { shape: string, replaces: true, computed: true },
  logOpts: { shape: map, replaces: true },
  rm: { shape: boolean, default: false },
  removeVolumes: { shape: boolean, default: true },
  init: { shape: boolean, computed: true },
  workingDir: { shape: string, replaces: true, computed: true },
  groupAdds: { shape: set(string), replaces: true },
  sysctls: { shape: map, replaces: true },
  shmSize: { shape: natural, replaces: true, computed: true },
  uploads: { shape: set(upload), replaces: true },
};

/** In typed form what {@link containerProperties} lets through, with defaults in place. Units: MiB and seconds. */
export interface ContainerArgs {
  readonly name: string;
  readonly image: string;
  readonly hostname?: string;
  readonly user?: string;
  readonly entrypoints?: readonly string[];
  readonly command?: readonly string[];
  readonly envs?: readonly string[];
  readonly labels?: readonly { readonly label: string; readonly value: string }[];
  readonly networkMode: string;
  readonly networksAdvanced?: readonly { readonly name: string; readonly aliases?: readonly string[] }[];
  readonly ports?: readonly Port[];
  readonly volumes?: readonly {
    readonly volumeName?: string;
    readonly containerPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
  readonly capabilities?: { readonly adds?: readonly string[]; readonly drops?: readonly string[] };
  readonly securityOpts?: readonly string[];
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly cpus?: string;
  readonly cpuShares?: number;
  readonly restart: string;
  readonly maxRetryCount?: number;
  readonly healthcheck?: Healthcheck;
  readonly start: boolean;
  readonly mustRun: boolean;
  readonly wait: boolean;
  readonly waitTimeout: number;
  readonly destroyGraceSeconds?: number;
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
  readonly logDriver?: string;
  readonly logOpts?: Readonly<Record<string, string>>;
  readonly rm: boolean;
  readonly removeVolumes: boolean;
  readonly init?: boolean;
  readonly workingDir?: string;
  readonly groupAdds?: readonly string[];
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly shmSize?: number;
  readonly uploads?: readonly Upload[];
}

export interface Port {
  readonly internal: number;
  readonly external?: number;
  readonly ip?: string;
  readonly protocol?: string;
}

export interface Healthcheck {
  readonly tests?: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly startPeriod?: string;
  readonly startInterval?: string;
  readonly retries?: number;
}

export interface Upload {
  readonly file: string;
  readonly content?: string;
  readonly contentBase64?: string;
  readonly executable?: boolean;
  readonly permissions?: string;
}

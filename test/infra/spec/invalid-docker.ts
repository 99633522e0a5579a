/** Title, text of the stack file, and the problem in it as it is printed. */
export const invalidDocker: readonly (readonly [title: string, text: string, problem: string])[] = [
  [
    "an engine's address without a scheme",
    "docker: { host: build1 }\n",
    's.yaml:1:17 docker.host: wanted the address of a Docker engine, such as unix:///var/run/docker.sock or ssh://me@build1, found "build1"; write tcp://build1:2375',
  ],
  [
    "an image that is none",
    'docker: { image: "My Image" }\n',
    's.yaml:1:18 docker.image: wanted auto, build, or the reference of an image, found "My Image"; write auto, build, or a reference such as registry.example.org/kafka:4.3.1',
  ],
  [
    "a name where an address is wanted",
    "docker: { publishAddress: localhost }\n",
    's.yaml:1:27 docker.publishAddress: wanted an IP address of the engine\'s machine, found "localhost"; write 127.0.0.1',
  ],
  [
    "every address without a name that clients are told",
    "docker: { publishAddress: 0.0.0.0 }\n",
    "s.yaml:1:27 docker.publishAddress: wanted docker.advertisedHost beside 0.0.0.0, found none: clients must be told one address that they can reach; set docker.advertisedHost, or write one address of the engine's machine",
  ],
  [
    "published ports that reach into the ephemeral range",
    "target: docker\ndocker: { ports: { external: 32766 } }\n",
    "s.yaml:2:30 docker.ports.external: wanted every port below 32768, found 32766 to 32768; write 32765 or less",
  ],
  [
    "no memory beside the heap",
    "brokers: { heap: 1GiB, memory: 1GiB }\n",
    "s.yaml:1:32 brokers.memory: wanted at least 256MiB more than the heap of 1GiB, found 1GiB; write 1280MiB or more, or lower brokers.heap",
  ],
];

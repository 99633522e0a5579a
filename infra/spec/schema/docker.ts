import { z } from "zod";
import { advertisedHost, engineAddress, ownAddress } from "./address.ts";
import { firstPort, image } from "./fields.ts";

export const docker = z
  .strictObject({
    host: engineAddress()
      .meta({ examples: ["ssh://me@build1"] })
      .optional()
      .describe(
        "Address of the Docker engine. Default: DOCKER_HOST, else the context chosen with docker context use, else this machine's engine.",
      ),
    image: image
      .default("auto")
      .describe(
        "What the containers run. auto: apache/kafka of the stack's version, pinned by its digest, or where no image registry answers, as build. build: an image of the same layout made from Debian and Maven packages. Anything else: your own image of that layout.",
      ),
    publishAddress: ownAddress()
      .default("127.0.0.1")
      .describe(
        "Address of the engine's machine on which the brokers' EXTERNAL listener is published. 127.0.0.1: reachable from that machine only.",
      ),
    advertisedHost: advertisedHost()
      .optional()
      .describe(
        "Name or IPv4 address that clients outside are told, without protocol and port. Default: publishAddress.",
      )
      .meta({ examples: ["kafka.example.org"] }),
    ports: z
      .strictObject({
        external: firstPort()
          .describe(
            "First published port of listener EXTERNAL; the brokers take this one and those after it. Default: picked free.",
          )
          .meta({ examples: [19192] }),
      })
      .prefault({})
      .describe("Ports on publishAddress, from 1024 to 32767: above, Linux hands them out to outgoing connections."),
    quickStart: z
      .boolean()
      .default(false)
      .describe("Start quickly rather than run at full speed: Java's quick compiler only. For development and tests."),
  })
  .prefault({})
  .describe("Target docker only.");

import type Docker from "dockerode";
import { UserError } from "../../errors.ts";
import { LABEL } from "./names.ts";

/** The image of a cluster's containers: they all run the same. @throws UserError when none is there. */
export async function imageOf(docker: Docker, stack: string): Promise<string> {
  const [found] = await docker.listContainers({ all: true, filters: { label: [`${LABEL.stack}=${stack}`] } });
  if (found) return found.ImageID;
  throw new UserError(`no container of ${stack} is on the engine`, `run: kafka-stacks up ${stack}`);
}

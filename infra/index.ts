import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "./errors.ts";
import { projectRoot } from "./paths.ts";
import { deployStack } from "./program.ts";
import { toRunError } from "./run-error.ts";
import { resolveStack } from "./stack-file.ts";

/** `pulumi up -s dev` deploys `stacks/dev.yaml`; the configuration `kafka-stacks:file` names a file elsewhere. */
export default async () => {
  try {
    return await deployStack(stackArgument(), {
      destroying: process.env.KAFKA_STACKS_DESTROYING === "true",
      allowUnavailable: process.env.KAFKA_STACKS_ALLOW_UNAVAILABLE === "true",
    });
  } catch (error) {
    throw toRunError(error);
  }
};

function stackArgument(): string {
  const stack = pulumi.getStack();
  const file = new pulumi.Config("kafka-stacks").get("file");
  if (file === undefined) return stack;
  const argument = path.resolve(projectRoot, file);
  const { name } = resolveStack(argument);
  if (name !== stack)
    throw new UserError(
      `kafka-stacks:file: wanted a file named ${stack}.yaml, as the stack, found ${path.basename(file)}`,
      `rename the file, or use the stack ${name}`,
    );
  return argument;
}

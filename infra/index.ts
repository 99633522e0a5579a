import * as pulumi from "@pulumi/pulumi";
import { deployStack } from "./program.ts";

/** `pulumi up -s dev` deploys `stacks/dev.yaml`; the configuration `kafka-stacks:file` names another file. */
export default () => deployStack(new pulumi.Config("kafka-stacks").get("file") ?? pulumi.getStack());

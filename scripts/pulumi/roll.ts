import { type Deployed, deploy } from "./deploy.ts";
import type { OpenedStack } from "./workspace.ts";

/**
 * Restarts every node through the gate. The mark is a setting of the Pulumi stack, so a roll that was cut off goes on with
 * the next `up`, and a plain `pulumi up` knows it too. What has changed in the stack file meanwhile is applied by the same
 * restarts.
 */
export async function rollNodes(opened: OpenedStack, reason: string): Promise<Deployed & { readonly mark: string }> {
  const mark = `${new Date().toISOString()} ${reason}`;
  await opened.stack.setConfig("kafka-stacks:roll", { value: mark });
  return { mark, ...(await deploy(opened)) };
}

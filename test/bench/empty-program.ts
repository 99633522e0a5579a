/** `up` of an inline program without resources: what Pulumi's Automation API costs by itself. Arguments: work directory, folder of the CLI. */
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";

const [workDir, root] = process.argv.slice(2) as [string, string];
const stack = await LocalWorkspace.createOrSelectStack(
  { stackName: "empty", projectName: "empty", program: async () => {} },
  {
    workDir,
    pulumiCommand: await PulumiCommand.get({ root, skipVersionCheck: true }),
    projectSettings: { name: "empty", runtime: "nodejs", main: process.cwd() },
  },
);
await stack.up();

import { globSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { planCluster } from "../../../infra/plan/plan.ts";
import { loadStack } from "../../../infra/spec/load.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const names = globSync("*.yaml", { cwd: path.join(root, "stacks"), exclude: ["reference.yaml"] }).toSorted();

// A change of these files is a change of running clusters. To accept it: node --test --test-update-snapshots
describe("the plan of each shipped stack", () => {
  for (const file of names)
    test(file, (t) => {
      const name = path.basename(file, ".yaml");
      const plan = planCluster(loadStack(path.join(root, "stacks", file)).spec, name);
      t.assert.fileSnapshot(plan, path.join(root, "test/golden/plan", `${name}.json`));
    });
});

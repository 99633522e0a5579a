import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EXCEPTIONS, type Exception } from "./exceptions.ts";
import { type Finding, kubeLinter, kubeScore } from "./linters.ts";
import { type Manifest, shippedStacks } from "./shipped.ts";

const stacks = shippedStacks();

const covers = ({ check, of, says }: Exception, found: Finding): boolean =>
  check === found.check &&
  of.test(found.object) &&
  (typeof says === "string" ? says === found.says : says.test(found.says));

for (const linter of [await kubeScore(), kubeLinter()])
  describe(`what ${linter.name} says of the shipped stacks`, { skip: linter.skip }, () => {
    const exceptions = EXCEPTIONS.filter((exception) => exception.linter === linter.name);
    const met = new Set<Exception>();

    for (const { name, manifests } of stacks)
      test(`${name}: nothing that is not explained`, async () => {
        const unexplained = (await linter.findings(manifests)).filter((finding) => {
          const exception = exceptions.find((one) => covers(one, finding));
          if (exception) met.add(exception);
          return !exception;
        });
        assert.deepEqual(unexplained, []);
      });

    test("nothing is explained that it does not say", () => {
      assert.ok(stacks.length >= 4);
      assert.deepEqual(
        exceptions.filter((exception) => !met.has(exception)),
        [],
      );
    });

    test("a fault is found", async () => {
      const faulty = structuredClone(stacks[0]!.manifests) as Manifest[];
      const set = faulty.find(({ kind }) => kind === "StatefulSet")!;
      set.spec.template.spec.containers[0].securityContext.privileged = true;
      const found = (await linter.findings(faulty)).filter(
        (finding) => !exceptions.some((one) => covers(one, finding)),
      );
      assert.ok(found.length > 0);
      for (const { check, object } of found) {
        assert.match(check, /privilege/);
        assert.equal(object, `StatefulSet/${set.metadata.name}`);
      }
    });
  });

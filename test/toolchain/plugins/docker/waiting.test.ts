import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ServiceError, status } from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { type JsonObject, toJson } from "../../../../toolchain/plugin/struct.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { docker, noEngine, tinyImage, unique } from "./engine.ts";
import { type Kept, startDocker } from "./provider.ts";

/** Healthy once the file is there, which `docker exec` can make. */
const UNTIL_FILE = { tests: ["CMD", "bash", "-c", "echo no file; [ -e /healthy ]"], interval: "200ms", retries: 3 };
const STAYS = "echo a line of the log; trap exit TERM; while :; do sleep 0.1; done";

describe("docker: waiting until a container is healthy", { skip: noEngine }, async () => {
  if (noEngine) return;
  const image = await tinyImage();
  const { plugin, create, read, diff, update, remove } = await startDocker();
  const waiting = (command: string, change: JsonObject = {}): JsonObject => ({
    name: unique("wait"),
    image,
    command: ["bash", "-c", command],
    envs: ["SECRET=do-not-show"],
    healthcheck: UNTIL_FILE,
    wait: true,
    waitTimeout: 4,
    ...change,
  });

  /** What the engine keeps of a creation that ended half-way. */
  const failing = async (inputs: JsonObject): Promise<{ readonly kept: Kept; readonly message: string }> => {
    const error = (await create("Container", inputs).then(
      () => assert.fail("it was created"),
      (found: ServiceError) => found,
    )) as ServiceError;
    assert.equal(error.code, status.UNKNOWN, error.details);
    const [trailer] = error.metadata.get("grpc-status-details-bin");
    const [detail] = statusPb.Status.deserializeBinary(trailer as Buffer).getDetailsList();
    const failure = pb.ErrorResourceInitFailed.deserializeBinary(detail!.getValue_asU8());
    assert.deepEqual(failure.getReasonsList(), [error.details]);
    assert.doesNotMatch(error.details, /do-not-show/);
    return {
      kept: { id: failure.getId(), inputs, state: toJson(failure.getProperties()) },
      message: error.details,
    };
  };

  test("one that does not become healthy stays, with the last words of its check and log", async () => {
    const inputs = waiting(STAYS);
    const { kept, message } = await failing(inputs);
    assert.match(
      message,
      new RegExp(
        `^container ${inputs.name} is not healthy after 4 s \\(state running, health \\w+, \\d+ failed checks\\)\n` +
          "last health check \\(exit code 1\\):\n {2}no file\nlast log lines:\n {2}a line of the log$",
      ),
    );
    await plugin.says(/waiting until it is healthy: \d of 4 s, state running/);
    assert.ok((await docker.getContainer(kept.id).inspect()).State.Running);
    assert.deepEqual(await read("Container", kept), kept);

    const container = docker.getContainer(kept.id);
    const make = await container.exec({ Cmd: ["touch", "/healthy"] });
    (await make.start({ Detach: true })).destroy();
    const updated = await update("Container", kept, inputs);
    assert.equal(updated.id, kept.id, "the next `up` waits again, and it is healthy by now");
    await remove("Container", updated);
  });

  test("one that exits fails at once, with its exit code", async () => {
    const begin = performance.now();
    const { kept, message } = await failing(waiting("echo its last line; exit 7", { waitTimeout: 60 }));
    assert.ok(performance.now() - begin < 20_000);
    assert.match(
      message,
      /^container \S+ exited with code 7 before it was healthy\nlast log lines:\n {2}its last line$/,
    );
    assert.deepEqual([kept.state.mustRun, kept.state.exitCode], [false, 7]);
    assert.deepEqual((await diff("Container", kept)).changed, ["mustRun"]);
    await remove("Container", kept);
  });

  test("one that is restarted in vain fails before its time is over", async () => {
    const { kept, message } = await failing(waiting("exit 8", { waitTimeout: 60, restart: "always" }));
    assert.match(message, /^container \S+ exited with code 8 before it was healthy, started 9 times\n/);
    await remove("Container", kept);
  });

  test("without a health check there is nothing to wait for, and no container", async () => {
    const inputs = waiting(STAYS, { healthcheck: { tests: ["NONE"] } });
    await assert.rejects(create("Container", inputs), {
      code: status.FAILED_PRECONDITION,
      details: `container ${inputs.name}: wait needs a health check, and there is none; set healthcheck, or leave wait`,
    });
    await assert.rejects(docker.getContainer(String(inputs.name)).inspect(), { statusCode: 404 });
  });

  test("Ctrl-C ends the wait at once and removes the container", async () => {
    const own = await startDocker();
    const inputs = waiting(STAYS, { waitTimeout: 60 });
    const creating = own.create("Container", inputs);
    creating.catch(() => {});
    await eventually("it waits", () => own.plugin.stderr().includes("waiting until it is healthy"));
    const begin = performance.now();
    await own.plugin.call("cancel", new emptyPb.Empty());
    await assert.rejects(creating, { code: status.FAILED_PRECONDITION, details: "interrupted" });
    assert.ok(performance.now() - begin < 10_000);
    await assert.rejects(docker.getContainer(String(inputs.name)).inspect(), { statusCode: 404 });
  });

  test("a killed engine process leaves no container either", async () => {
    const own = await startDocker({}, true);
    const inputs = waiting(STAYS, { waitTimeout: 60 });
    own.create("Container", inputs).catch(() => {});
    await eventually("it waits", () => own.plugin.stderr().includes("waiting until it is healthy"));
    own.plugin.child.kill("SIGKILL");
    const gone = () =>
      docker
        .getContainer(String(inputs.name))
        .inspect()
        .then(
          () => false,
          () => true,
        );
    let isGone = false;
    const timer = setInterval(() => void gone().then((now) => (isGone = now)), 200);
    await eventually("the container is gone", () => isGone).finally(() => clearInterval(timer));
  });
});

import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";

/** One broker and one controller: what is tested with it is the engine, not Kafka. */
export function tinyStack(home: string, name: string, docker: object = {}, brokers: object = {}): string {
  const file = path.join(home, `${name}.yaml`);
  const stack = {
    target: "docker",
    environment: "dev",
    preset: "dev",
    brokers: { count: 1, ...brokers },
    controllers: { count: 1, placement: "dedicated" },
    docker: { quickStart: true, ...docker },
  };
  writeFileSync(file, stringify(stack));
  return file;
}

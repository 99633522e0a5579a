import { z } from "zod";
import type { Path } from "./problem.ts";
import { stackFile } from "./schema.ts";

/** The parts of JSON Schema that zod writes for a stack file. */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  /** Our own word: what an error says was wanted, where the type alone says too little. */
  readonly wanted?: string;
  /** Our own word: a secret may stand here by mistake, so errors do not repeat it. */
  readonly secretive?: boolean;
}

/** What may be written in a stack file, as JSON Schema. */
export const stackJsonSchema = z.toJSONSchema(stackFile, {
  io: "input",
  // zod leaves out examples where the text is turned into a number, since they could be of either side; ours are texts.
  override: ({ zodSchema, jsonSchema }) => {
    const examples = z.globalRegistry.get(zodSchema)?.examples;
    if (Array.isArray(examples)) jsonSchema.examples = examples;
    // Keys of the root that only hold anchors for other places.
    if (zodSchema === stackFile) jsonSchema.patternProperties = { "^x-": true };
  },
}) as JsonSchema;

/** The schema of the value at `path`, or undefined where anything may stand. */
export function schemaAt(path: Path): JsonSchema | undefined {
  let schema: JsonSchema | undefined = stackJsonSchema;
  for (const part of path) schema = typeof part === "number" ? schema?.items : schema?.properties?.[part];
  return schema;
}

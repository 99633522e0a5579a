/** `npm run generate`: writes what is derived from the schema of a stack file, for editors and for people. */
import { writeFileSync } from "node:fs";
import { referenceYaml, schemaJson } from "./reference.ts";

const stacks = new URL("../../stacks/", import.meta.url);
writeFileSync(new URL("schema.json", stacks), schemaJson());
writeFileSync(new URL("reference.yaml", stacks), referenceYaml());

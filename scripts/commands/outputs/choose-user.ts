import { UserError } from "../../../infra/errors.ts";
import type { AccessOutputs } from "../../../infra/outputs.ts";

/**
 * Who the configuration is for; undefined where nobody has a name.
 *
 * @throws UserError when a name is missing, unknown, or of no use.
 */
export function chooseUser(
  access: AccessOutputs,
  stack: string,
  wanted: string | undefined,
): AccessOutputs["identities"][number] | undefined {
  const { profile, identities } = access;
  if (identities.length === 0) {
    if (wanted === undefined) return undefined;
    throw new UserError(
      `nobody logs in to ${stack}: its security profile is ${profile}`,
      "leave --user out, or set security.profile to scram or mtls",
      2,
    );
  }
  const found = identities.find(({ name }) => name === wanted);
  if (found) return found;
  const users = identities.filter(({ purpose }) => purpose === "user").map(({ name }) => name);
  const known = users.length > 0 ? `its users: ${users.join(", ")}` : "it has no users yet";
  const own = identities.filter(({ purpose }) => purpose !== "user").map(({ name }) => name);
  throw new UserError(
    `${wanted === undefined ? `${stack} lets nobody in without a name` : `${stack} has no user ${wanted}`}; ${known}`,
    `give --user NAME; more are declared under users: in the stack file (its own: ${own.join(", ")})`,
    2,
  );
}

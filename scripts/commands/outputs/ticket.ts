import { UserError } from "../../../infra/errors.ts";
import type { AccessOutputs } from "../../../infra/outputs.ts";
import type { Ticket } from "../../ops/outputs/client.ts";
import type { FormatName } from "../../ops/outputs/formats.ts";

/**
 * What somebody logs in with instead of a password.
 *
 * @throws UserError where no ticket lets anybody in: the cluster, that name, or that client does not know Kerberos.
 */
export function ticketOf(
  { kerberos }: AccessOutputs,
  stack: string,
  format: FormatName,
  user: AccessOutputs["identities"][number] | undefined,
): Ticket {
  if (!kerberos)
    throw new UserError(
      `--kerberos: wanted a stack with security.kerberos, and ${stack} was deployed without`,
      "leave it out, or write security.kerberos in the stack file and run up",
      2,
    );
  if (user?.purpose !== "user")
    throw new UserError(
      `--kerberos: ${user?.name} is a name of the cluster's own, which nobody may have in the realm`,
      "name one of your users",
      2,
    );
  if (format === "kafkajs") throw new UserError("--kerberos: kafkajs knows no Kerberos", "choose another --format", 2);
  return { principal: `${user.name}@${kerberos.realm}`, serviceName: kerberos.serviceName };
}

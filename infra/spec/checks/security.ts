import { OPERATIONS } from "../schema/users.ts";
import { isExposed } from "../security.ts";
import type { Check } from "./check.ts";

/** Names that mean something to the cluster itself. */
export const RESERVED_NAMES: readonly string[] = [
  "kafka-admin",
  "kafka-health",
  "kafka-smoke",
  "kafka-node",
  "zookeeper-node",
  "health",
  "ANONYMOUS",
];

const openToOthers: Check = {
  reads: ["target", "security", "docker.publishAddress"],
  *run(spec) {
    const { profile, iUnderstandThisIsOpen, transition } = spec.security;
    if (profile !== "plaintext" || iUnderstandThisIsOpen || transition || !isExposed(spec)) return;
    yield {
      path: ["security", "profile"],
      message: `wanted tls, scram or mtls where others than this machine reach the brokers, found plaintext: whoever reaches one may read, write and delete everything`,
      next: "leave it out for scram, or write iUnderstandThisIsOpen: true",
    };
  },
};

const transitionHasEnd: Check = {
  reads: ["security", "target"],
  *run({ security, target }, file) {
    if (!security.transition) return;
    const path = ["security", "transition"];
    if (file.security.profile === undefined || security.profile === "plaintext")
      yield {
        path,
        message: "wanted the profile that the cluster goes to, found none",
        next: "write security.profile: scram beside it",
      };
    else if (target === "kubernetes")
      yield {
        path,
        message: "wanted it on target local or docker, found kubernetes, where a broker has one way in from outside",
        next: "make a secured cluster beside it and move the topics",
      };
  },
};

const namedUsers: Check = {
  reads: ["security"],
  *run({ users, defaultQuota, security: { profile } }) {
    if (profile === "scram" || profile === "mtls") return;
    if (users.length > 0)
      yield {
        path: ["users"],
        message: `wanted users with profile scram or mtls, found profile ${profile}, which has no user names`,
        next: "write security: { profile: scram }, or take the users out",
        atKey: true,
      };
    if (defaultQuota)
      yield {
        path: ["defaultQuota"],
        message: `wanted a default quota with profile scram or mtls, found profile ${profile}, which has no users`,
        next: "write security: { profile: scram }, or take it out",
        atKey: true,
      };
  },
};

const distinctUsers: Check = {
  reads: [],
  *run({ users }) {
    for (const [index, { name }] of users.entries()) {
      const path = ["users", index, "name"];
      if (RESERVED_NAMES.includes(name))
        yield { path, message: `wanted a name that the cluster does not use itself, found ${name}`, next: "rename it" };
      const first = users.findIndex((other) => other.name === name);
      if (first < index)
        yield {
          path,
          message: `wanted each user once, found ${name} again after users[${first}]`,
          next: "take one out",
        };
    }
  },
};

/** A password that is given comes from one place, where a password is what the user logs in with. */
const oneSource: Check = {
  reads: ["security"],
  *run({ users, security: { profile } }) {
    for (const [index, { passwordFrom, rotation }] of users.entries()) {
      if (!passwordFrom) continue;
      const path = ["users", index, "passwordFrom"];
      const { file, env } = passwordFrom;
      if ((file === undefined) === (env === undefined))
        yield {
          path,
          message: `wanted one of file and env, found ${file === undefined ? "none" : "both"}`,
          next: "write the one that holds the password",
        };
      if (profile === "mtls")
        yield {
          path,
          message:
            "wanted it with profile scram, found mtls, in which users log in by a certificate and have no password",
          next: "take it out",
          atKey: true,
        };
      else if (rotation > 1)
        yield {
          path: ["users", index, "rotation"],
          message: "wanted rotation for passwords that up makes, found it beside passwordFrom",
          next: "take it out: another password in the file or variable replaces the user's at the next up",
          atKey: true,
        };
    }
  },
};

/** A permission is about one kind of resource, and Kafka knows only some operations of each. */
const meaningful: Check = {
  reads: [],
  *run({ users }) {
    for (const [user, { can }] of users.entries())
      for (const [index, permission] of can.entries()) {
        const path = ["users", user, "can", index];
        const named = RESOURCES.filter((resource) => permission[resource] !== undefined);
        const [resource] = named;
        if (resource === undefined || named.length > 1) {
          const found = named.length > 0 ? named.join(" and ") : "none";
          yield {
            path,
            message: `wanted one of ${RESOURCES.join(", ")} beside do, found ${found}`,
            next: "write one entry for each",
          };
          continue;
        }
        const known: readonly string[] = OPERATIONS[resource];
        for (const [place, operation] of permission.do.entries())
          if (!known.includes(operation))
            yield {
              path: [...path, "do", place],
              message: `wanted one of ${known.join(", ")} for a ${WORDS[resource]}, found ${operation}`,
              next: "write one of those",
            };
      }
  },
};

const RESOURCES = ["topic", "group", "transactionalId", "cluster"] as const;
const WORDS = { topic: "topic", group: "group", transactionalId: "transactional id", cluster: "cluster" } as const;

const renewedInTime: Check = {
  reads: ["security"],
  *run({ security: { certificates } }) {
    if (certificates.renewBefore < certificates.lifetime) return;
    yield {
      path: ["security", "certificates", "renewBefore"],
      message: `wanted less than the lifetime of ${certificates.lifetime}d, found ${certificates.renewBefore}d: every up would make them anew`,
      next: "write a third of the lifetime or less",
    };
  },
};

export const securityChecks: readonly Check[] = [
  openToOthers,
  transitionHasEnd,
  namedUsers,
  distinctUsers,
  oneSource,
  meaningful,
  renewedInTime,
];

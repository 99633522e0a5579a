import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../../toolchain/ports.ts";

const PROGRAMS = ["krb5kdc", "kdb5_util", "kadmin.local", "kinit"];
/** Debian keeps servers apart from other programs. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Why tests that need a KDC are skipped; false where it is installed. */
export function kdcSkip(): false | string {
  const missing = PROGRAMS.filter((program) => !isInstalled(program));
  return missing.length > 0 && `there is no ${missing.join(", ")}: install krb5-kdc, krb5-admin-server and krb5-user`;
}

export function isInstalled(program: string): boolean {
  try {
    execFileSync("/bin/sh", ["-c", `command -v ${program}`], { env: { PATH }, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A realm of the test's own: a KDC on loopback whose files all lie in a folder. */
export async function startRealm(folder: string, realm: string) {
  const [conf, kdcConf] = [path.join(folder, "krb5.conf"), path.join(folder, "kdc.conf")];
  const [port] = await freePorts(1);
  writeFileSync(
    conf,
    `[libdefaults]
  default_realm = ${realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  udp_preference_limit = 1
[realms]
  ${realm} = {
    kdc = 127.0.0.1:${port}
  }
`,
  );
  writeFileSync(
    kdcConf,
    `[kdcdefaults]
  kdc_listen = 127.0.0.1:${port}
  kdc_tcp_listen = 127.0.0.1:${port}
[realms]
  ${realm} = {
    database_name = ${path.join(folder, "principal")}
    key_stash_file = ${path.join(folder, "stash")}
  }
`,
  );
  const env = { PATH, HOME: folder, KRB5_CONFIG: conf, KRB5_KDC_PROFILE: kdcConf };
  const run = (program: string, args: readonly string[], input = "") =>
    execFileSync(program, args, { env, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
  run("kdb5_util", ["create", "-s", "-r", realm], "master\nmaster\n");
  const keytab = (principal: string): string => {
    const file = path.join(folder, `${principal.replace(/\W/g, "-")}.keytab`);
    if (existsSync(file)) return file;
    run("kadmin.local", ["-r", realm, "-q", `addprinc -randkey ${principal}`]);
    run("kadmin.local", ["-r", realm, "-q", `ktadd -k ${file} ${principal}`]);
    return file;
  };
  const kdc = spawn("krb5kdc", ["-n", "-r", realm], { env, stdio: "ignore" });
  await answers(port!);
  return {
    /** The realm's krb5.conf. */
    conf,
    /** Makes a principal, unless it is there; its key goes to a keytab of its own. @returns that file */
    keytab,
    /** Gets a ticket. @returns the environment of a client that has it */
    ticket(principal: string): Readonly<Record<string, string>> {
      const cache = `FILE:${path.join(folder, `${principal}.cache`)}`;
      run("kinit", ["-k", "-t", keytab(principal), "-c", cache, principal]);
      return { KRB5_CONFIG: conf, KRB5CCNAME: cache };
    },
    async stop(): Promise<void> {
      if (kdc.exitCode !== null) return;
      kdc.kill();
      await once(kdc, "exit");
    },
  };
}

export type Realm = Awaited<ReturnType<typeof startRealm>>;

async function answers(port: number): Promise<void> {
  for (const deadline = Date.now() + 20_000; ; await sleep(50)) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    } finally {
      socket.destroy();
    }
  }
}

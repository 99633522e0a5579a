/** Title, text of the stack file, and the problem in it as it is printed. */
export const invalidSecurity: readonly (readonly [title: string, text: string, problem: string])[] = [
  [
    "an unknown security profile",
    "security: { profile: ssl }\n",
    's.yaml:1:22 security.profile: wanted one of plaintext, tls, scram, mtls, found "ssl"; write plaintext or tls or scram or mtls',
  ],
  [
    "plaintext where others reach the brokers",
    "target: docker\ndocker: { publishAddress: 10.0.0.5 }\nsecurity: { profile: plaintext }\n",
    "s.yaml:3:22 security.profile: wanted tls, scram or mtls where others than this machine reach the brokers, found plaintext: whoever reaches one may read, write and delete everything; leave it out for scram, or write iUnderstandThisIsOpen: true",
  ],
  [
    "plaintext on Kubernetes",
    "target: kubernetes\nsecurity: { profile: plaintext }\n",
    "s.yaml:2:22 security.profile: wanted tls, scram or mtls where others than this machine reach the brokers, found plaintext: whoever reaches one may read, write and delete everything; leave it out for scram, or write iUnderstandThisIsOpen: true",
  ],
  [
    "users where nobody has a name",
    "users: [{ name: app }]\n",
    "s.yaml:1:1 users: wanted users with profile scram or mtls, found profile plaintext, which has no user names; write security: { profile: scram }, or take the users out",
  ],
  [
    "a default quota where nobody has a name",
    "defaultQuota: { produce: 1MB/s }\n",
    "s.yaml:1:1 defaultQuota: wanted a default quota with profile scram or mtls, found profile plaintext, which has no users; write security: { profile: scram }, or take it out",
  ],
  [
    "a user of a name that is taken",
    "security: { profile: scram }\nusers: [{ name: kafka-admin }]\n",
    "s.yaml:2:17 users[0].name: wanted a name that the cluster does not use itself, found kafka-admin; rename it",
  ],
  [
    "a user twice",
    "security: { profile: scram }\nusers: [{ name: app }, { name: app }]\n",
    "s.yaml:2:32 users[1].name: wanted each user once, found app again after users[0]; take one out",
  ],
  [
    "what cannot be done to a group",
    "security: { profile: scram }\nusers: [{ name: app, can: [{ group: g, do: [write] }] }]\n",
    "s.yaml:2:45 users[0].can[0].do[0]: wanted one of all, delete, describe, read for a group, found write; write one of those",
  ],
  [
    "a password in the stack file",
    "security: { profile: scram }\nusers: [{ name: app, password: hunter2 }]\n",
    "s.yaml:2:22 users[0].password: wanted no secret in a stack file, found one; take it out: stack files are shown and shared; passwordFrom of a user names the file or variable with its password",
  ],
  [
    "a password where its place is named",
    "security: { profile: scram }\nusers: [{ name: app, passwordFrom: hunter2 }]\n",
    "s.yaml:2:36 users[0].passwordFrom: wanted file or env, which tell where the password is, found something else; write file or env, which tell where the password is",
  ],
  [
    "a password where a variable is named",
    "security: { profile: scram }\nusers: [{ name: app, passwordFrom: { env: hunter-2 } }]\n",
    "s.yaml:2:43 users[0].passwordFrom.env: wanted the name of an environment variable, found something else; write the name of an environment variable",
  ],
  [
    "a password from two places",
    "security: { profile: scram }\nusers: [{ name: app, passwordFrom: { file: app.password, env: APP } }]\n",
    "s.yaml:2:36 users[0].passwordFrom: wanted one of file and env, found both; write the one that holds the password",
  ],
  [
    "a password from nowhere",
    "security: { profile: scram }\nusers: [{ name: app, passwordFrom: {} }]\n",
    "s.yaml:2:36 users[0].passwordFrom: wanted one of file and env, found none; write the one that holds the password",
  ],
  [
    "a password where users have none",
    "security: { profile: mtls }\nusers: [{ name: app, passwordFrom: { env: APP } }]\n",
    "s.yaml:2:22 users[0].passwordFrom: wanted it with profile scram, found mtls, in which users log in by a certificate and have no password; take it out",
  ],
  [
    "a given password that a number would replace",
    "security: { profile: scram }\nusers: [{ name: app, rotation: 2, passwordFrom: { env: APP } }]\n",
    "s.yaml:2:22 users[0].rotation: wanted rotation for passwords that up makes, found it beside passwordFrom; take it out: another password in the file or variable replaces the user's at the next up",
  ],
  [
    "a transition to nowhere",
    "security: { transition: open }\n",
    "s.yaml:1:25 security.transition: wanted the profile that the cluster goes to, found none; write security.profile: scram beside it",
  ],
  [
    "a transition on Kubernetes",
    "target: kubernetes\nsecurity: { profile: scram, transition: open }\n",
    "s.yaml:2:41 security.transition: wanted it on target local or docker, found kubernetes, where a broker has one way in from outside; make a secured cluster beside it and move the topics",
  ],
  [
    "certificates that are always due",
    "security: { profile: scram, certificates: { lifetime: 30d } }\n",
    "s.yaml:1:43 security.certificates.renewBefore: wanted less than the lifetime of 30d, found 30d: every up would make them anew; write a third of the lifetime or less",
  ],
  [
    "a time that is no whole days",
    "security: { certificates: { lifetime: 36h } }\n",
    's.yaml:1:39 security.certificates.lifetime: wanted whole days such as 30d, found "36h"; write 2d',
  ],
  [
    "Kerberos without passwords",
    "security: { profile: mtls, kerberos: { realm: R, krb5Conf: k, keytab: k } }\n",
    "s.yaml:1:28 security.kerberos: wanted it with profile scram, found mtls: it is a second way to log in, and the cluster's own tools use the first; write security.profile: scram, or take kerberos out",
  ],
  [
    "Kerberos on Kubernetes",
    "target: kubernetes\nsecurity: { kerberos: { realm: R, krb5Conf: k, keytab: k } }\n",
    "s.yaml:2:13 security.kerberos: wanted it on target local or docker, found kubernetes, where each pod has names of its own and one principal does not fit them; take it out: users log in with passwords there",
  ],
  [
    "Kerberos by an address",
    "target: docker\ndocker: { publishAddress: 10.0.0.5 }\nsecurity: { kerberos: { realm: R, krb5Conf: k, keytab: k } }\n",
    "s.yaml:3:23 security.kerberos.host: wanted the name that clients find by resolving 10.0.0.5 back, found the address alone; write host: and that name, which the keytab's principal has too",
  ],
  [
    "a realm that a rule of Kafka's would read as more than a name",
    'security: { profile: scram, kerberos: { realm: "R)s/.*/kafka-admin/", krb5Conf: k, keytab: k } }\n',
    's.yaml:1:48 security.kerberos.realm: wanted the name of a realm, found "R)s/.*/kafka-admin/"; write the name of a realm',
  ],
  [
    "a key of the authorizer",
    "brokers: { config: { super.users: User:me } }\n",
    "s.yaml:1:22 brokers.config.super.users: wanted a key that is free to set, found one that the stack decides; set security.profile",
  ],
];

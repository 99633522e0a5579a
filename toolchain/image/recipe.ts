/**
 * What an image is made of, as data. All of it enters the hash in an image's reference; what only the code knows does
 * not, so a change of the code that changes an image needs the next number here.
 */
export const RECIPE = 1;

/** Time of every file, and of the image itself: the same inputs give the same bytes. 2024-01-01, in seconds. */
export const EPOCH = 1_704_067_200;

/** Debian packages of which files go into the image; the JDK only lends its modules. */
export const PACKAGES: readonly string[] = [
  "base-files",
  "bash",
  "busybox-static",
  "libc6",
  // The JVM and the native codecs (snappy, zstd, lz4) need these three, bash the fourth.
  "libgcc-s1",
  "libstdc++6",
  "zlib1g",
  "libtinfo6",
];

/** Java releases that Kafka 3.9 and 4 run on, the preferred first: Debian 13 has the second only. */
export const JAVA_RELEASES: readonly number[] = [17, 21];

export const JAVA_MODULES: readonly string[] = [
  "java.base",
  "java.desktop",
  "java.instrument",
  "java.logging",
  "java.management",
  "java.management.rmi",
  "java.naming",
  "java.security.jgss",
  "java.security.sasl",
  "java.sql",
  "java.xml",
  "jdk.crypto.ec",
  "jdk.httpserver",
  "jdk.management",
  "jdk.management.agent",
  "jdk.naming.dns",
  "jdk.net",
  "jdk.security.auth",
  "jdk.security.jgss",
  "jdk.unsupported",
  "jdk.zipfs",
];

/**
 * No debug symbols, manual or C headers. jlink's generated classes are made before or after the stripping, as it
 * happens, so they are left out; the class archive holds what they would save.
 */
export const JLINK_OPTIONS: readonly string[] = [
  "--strip-debug",
  "--no-man-pages",
  "--no-header-files",
  "--disable-plugin=generate-jli-classes",
];

/** Which of the packages' files are taken, by their path after /bin and /lib became /usr/bin and /usr/lib. */
export const WANTED_FILES = new RegExp(
  [
    "usr/lib/os-release",
    "etc/(os-release|debian_version)",
    "usr/bin/(bash|busybox)",
    "usr/lib(64)?/ld-linux[^/]*",
    "usr/lib/[^/]+/[^/]+\\.so(\\.[^/]*)?",
    "usr/share/doc/[^/]+/copyright",
  ]
    .map((path) => `^${path}$`)
    .join("|"),
);

export const JAVA_HOME = "opt/java/openjdk";
export const LIBS = "opt/kafka/libs";
export const CLASS_ARCHIVE = "opt/kafka/kafka.jsa";
export const BILL_OF_MATERIALS = "opt/kafka/kafka-stacks.json";
export const DATA = "var/lib/kafka/data";

/** The user that nodes run as, by the number that apache/kafka gives it. */
export const USER_ID = 1000;

export interface Directory {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
}

export const DIRECTORIES: readonly Directory[] = [
  ...["dev", "etc", "proc", "root", "run", "sys", "var"].map((path) => ({ path, mode: 0o755, uid: 0 })),
  { path: "tmp", mode: 0o1777, uid: 0 },
  { path: "var/tmp", mode: 0o1777, uid: 0 },
  { path: "home/appuser", mode: 0o755, uid: USER_ID },
  { path: "etc/kafka/secrets", mode: 0o755, uid: USER_ID },
  { path: "mnt/shared/config", mode: 0o755, uid: USER_ID },
  // Group root may write, so that a volume that is first used here takes this over.
  { path: DATA, mode: 0o775, uid: USER_ID },
];

/** Where Debian merged / and /usr; packages of older releases still hold the short paths. */
export const MERGED: readonly string[] = ["bin", "sbin", "lib", "lib64"];

export const TEXTS: Readonly<Record<string, string>> = {
  "etc/passwd": `root:x:0:0:root:/root:/bin/sh\nappuser:x:${USER_ID}:${USER_ID}::/home/appuser:/bin/bash\n`,
  "etc/group": `root:x:0:\nappuser:x:${USER_ID}:\n`,
  "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
};

/**
 * What secured nodes speak: suites that encrypt and authenticate in one (AEAD), with forward secrecy. Java would also take CBC
 * ones in TLS 1.2. In Java's names, for keys of either kind; OpenSSL's are the same for TLS 1.3.
 */
const TLS_1_3 = ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"] as const;
const TLS_1_2 = ["AES_256_GCM_SHA384", "AES_128_GCM_SHA256", "CHACHA20_POLY1305_SHA256"].flatMap((cipher) =>
  ["ECDSA", "RSA"].map((key) => `TLS_ECDHE_${key}_WITH_${cipher}`),
);

/** A list as Kafka and ZooKeeper read it. */
export const CIPHER_SUITES = [...TLS_1_3, ...TLS_1_2].join(",");

/** The same for OpenSSL, and so for Node. */
export const OPENSSL_CIPHERS = [...TLS_1_3, "ECDHE+AESGCM", "ECDHE+CHACHA20"].join(":");

/**
 * How long a JVM remembers what a name stands for, in seconds; a security properties file, because the negative one has no
 * other place. A pod that is made anew has its name back at another address. With Java's 30 s its peers would call the old
 * one for that long: after a roll nobody would find the active controller, and partitions would wait for their leaders.
 *
 * https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/net/doc-files/net-properties.html#address-cache-heading
 */
export const javaSecurity = `networkaddress.cache.ttl=1
networkaddress.cache.negative.ttl=0
`;

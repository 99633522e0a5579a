/**
 * A `java` that writes down its process id and arguments, and those that it reads from standard input behind them. As a tool
 * it prints a secret and does what the file `tool` says; the storage tool then formats. As a node it ends at once.
 */
export const FAKE_JAVA = `
root=\${0%/bin/java}
words=
case "$*" in *@/dev/stdin) while IFS= read -r word; do words="$words$word
"; done ;; esac
{ echo "$$"; printf '%s\\n' "$@"; printf %s "$words"; echo; } >>"$root/calls"
case "$words" in *StorageTool* | *ConfigCommand*)
  echo "SCRAM-SHA-256=[password=hidden]"
  if [ -e "$root/tool" ]; then . "$root/tool"; fi
esac
case "$words" in *StorageTool*) echo "cluster.id=$CLUSTER_ID" >"$root/data/meta.properties" ;; esac`;

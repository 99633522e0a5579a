// Prints every public broker and topic configuration key of the Kafka on the class path, as JSON, one key a line.
//
// The lists under infra/spec/kafka-configs come from here, so that a stack file is checked against what Kafka itself
// says and never against somebody's memory. Run once for each supported version, with its runtime libraries:
//
//   java -cp '<kafka libs>/*' toolchain/kafka-configs/KafkaConfigs.java > infra/spec/kafka-configs/<version>.json
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.storage.internals.log.LogConfig;

public class KafkaConfigs {
  /** ConfigDef.Range prints itself as [min,...,max] with either end absent, ConfigDef.ValidString as [a, b]. */
  private static final Pattern RANGE = Pattern.compile("\\[(-?[\\d.E]+)?,?\\.\\.\\.,?(-?[\\d.E]+)?\\]");

  private static final Pattern VALUES = Pattern.compile("\\[([\\w-]+(, [\\w-]+)*)\\]");

  public static void main(String[] args) throws ReflectiveOperationException {
    System.out.println("{");
    System.out.printf("  \"kafkaVersion\": %s,%n", quote(AppInfoParser.getVersion()));
    print("broker", kafka.server.KafkaConfig.configDef(), updateModes(), ",");
    print("topic", LogConfig.configDefCopy(), Map.of(), "");
    System.out.println("}");
  }

  /** Kafka's own table of what may change while a broker runs, and for whom; in Kafka 3 it belongs to a Scala object. */
  private static Map<?, ?> updateModes() throws ReflectiveOperationException {
    String method = "dynamicConfigUpdateModes";
    try {
      return (Map<?, ?>) Class.forName("org.apache.kafka.server.config.DynamicBrokerConfig").getMethod(method).invoke(null);
    } catch (ClassNotFoundException e) {
      Class<?> scala = Class.forName("kafka.server.DynamicBrokerConfig$");
      return (Map<?, ?>) scala.getMethod(method).invoke(scala.getField("MODULE$").get(null));
    }
  }

  private static void print(String kind, ConfigDef def, Map<?, ?> updates, String end) {
    Map<String, String> lines = new TreeMap<>();
    def.configKeys().forEach((name, key) -> {
      if (!key.internalConfig) lines.put(name, "    " + quote(name) + ": " + describe(key, updates.get(name)));
    });
    System.out.printf("  \"%s\": {%n%s%n  }%s%n", kind, String.join(",\n", lines.values()), end);
  }

  private static String describe(ConfigDef.ConfigKey key, Object update) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("type", quote(key.type.toString().toLowerCase()));
    // The unit is Kafka's own naming convention: the last words of the key.
    if (key.name.endsWith(".ms")) fields.put("unit", quote("ms"));
    if (key.name.endsWith(".bytes")) fields.put("unit", quote("bytes"));
    String rule = key.validator == null ? "" : key.validator.toString();
    Matcher range = RANGE.matcher(rule);
    Matcher values = VALUES.matcher(rule);
    if (range.matches()) {
      if (range.group(1) != null) fields.put("min", range.group(1));
      if (range.group(2) != null) fields.put("max", range.group(2));
    } else if (values.matches() && (key.type == ConfigDef.Type.STRING || key.type == ConfigDef.Type.LIST)) {
      fields.put("values", List.of(values.group(1).split(", ")).stream().map(KafkaConfigs::quote).collect(Collectors.joining(", ", "[", "]")));
    }
    if (isSet(key)) fields.put("set", "true");
    if (update != null) fields.put("update", quote(update.toString()));
    return fields.entrySet().stream().map(f -> quote(f.getKey()) + ": " + f.getValue()).collect(Collectors.joining(", ", "{ ", " }"));
  }

  /** A list of Kafka's own words, or of replicas: the order means nothing, and Kafka answers in the one that was given. */
  private static boolean isSet(ConfigDef.ConfigKey key) {
    if (key.type != ConfigDef.Type.LIST || key.validator == null) return false;
    return VALUES.matcher(key.validator.toString()).matches() || key.validator.getClass().getSimpleName().equals("ThrottledReplicaListValidator");
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }
}

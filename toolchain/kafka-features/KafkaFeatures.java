// Prints the features of the Kafka on the class path, as JSON: the levels that its nodes support, and the one that its release
// stands for (what FeatureCommand --release-version raises to, and StorageTool formats with).
//
// The lists under infra/spec/kafka-features come from here. Run once for each supported version, with its runtime libraries:
//
//   java -cp '<kafka libs>/*' toolchain/kafka-features/KafkaFeatures.java > infra/spec/kafka-features/<version>.json
import java.lang.reflect.Method;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.server.common.MetadataVersion;

public class KafkaFeatures {
  public static void main(String[] args) throws ReflectiveOperationException {
    MetadataVersion release = MetadataVersion.LATEST_PRODUCTION;
    Map<String, String> lines = new TreeMap<>();
    lines.put(MetadataVersion.FEATURE_NAME, line(oldest().featureLevel(), release.featureLevel(), release.featureLevel()));
    for (Object feature : (Iterable<?>) features().getField("PRODUCTION_FEATURES").get(null))
      lines.put(text(feature, "featureName"), line(level(feature, "minimumProduction"), level(feature, "latestProduction"), standard(feature, release)));
    StringJoiner all = new StringJoiner(",\n");
    lines.forEach((name, line) -> all.add("    \"" + name + "\": " + line));
    System.out.printf("{%n  \"kafkaVersion\": \"%s\",%n  \"features\": {%n%s%n  }%n}%n", AppInfoParser.getVersion(), all);
  }

  private static String line(int min, int max, int release) {
    return String.format("{ \"min\": %d, \"max\": %d, \"release\": %d }", min, max, release);
  }

  /** It has another name in Kafka 3. */
  private static Class<?> features() throws ClassNotFoundException {
    try {
      return Class.forName("org.apache.kafka.server.common.Feature");
    } catch (ClassNotFoundException e) {
      return Class.forName("org.apache.kafka.server.common.Features");
    }
  }

  private static MetadataVersion oldest() throws ReflectiveOperationException {
    try {
      return (MetadataVersion) MetadataVersion.class.getField("MINIMUM_VERSION").get(null);
    } catch (NoSuchFieldException e) {
      return (MetadataVersion) MetadataVersion.class.getField("MINIMUM_KRAFT_VERSION").get(null);
    }
  }

  private static int standard(Object feature, MetadataVersion release) throws ReflectiveOperationException {
    for (Method method : feature.getClass().getMethods())
      if (method.getName().equals("defaultLevel") || method.getName().equals("defaultValue"))
        return ((Number) method.invoke(feature, release)).intValue();
    throw new NoSuchMethodException("the default level of a feature");
  }

  /** Kafka 3 supports every feature from 0 on. */
  private static int level(Object feature, String method) throws ReflectiveOperationException {
    try {
      return ((Number) features().getMethod(method).invoke(feature)).intValue();
    } catch (NoSuchMethodException e) {
      return 0;
    }
  }

  private static String text(Object feature, String method) throws ReflectiveOperationException {
    return (String) features().getMethod(method).invoke(feature);
  }
}

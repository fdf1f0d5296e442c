package io.dta.cli.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.Output;
import io.dta.node.HttpJsonClient;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import io.dta.node.ServerSentEvents;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dta events}. */
@Command(
    name = "events",
    description = {
      "Follows the reports with the immediate flag, as they arrive at a collector: time, store and,"
          + " by primitive, the low 16 bits of the slot or chunk, the list, or the epoch."
    },
    footer = {
      "",
      "Ends after --count events, when interrupted, or with the collector (exit code 1).",
      "",
      "Examples:",
      "  dta events",
      "  dta events --store events --content     and what the list has got",
      "  dta events --primitive append --count 1 --json"
    })
public final class EventsCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Option(
      names = "--collector",
      paramLabel = "URL",
      description = "The collector's HTTP address (default ${DEFAULT-VALUE}).")
  private URI collector = URI.create("http://127.0.0.1:8040");

  @Option(
      names = "--store",
      paramLabel = "STORE",
      split = ",",
      description = "Only events of these stores.")
  private List<String> stores = List.of();

  @Option(
      names = "--primitive",
      paramLabel = "PRIMITIVE",
      split = ",",
      description = "Only events of these: key-write, append, postcarding, sketch-merge.")
  private List<String> primitives = List.of();

  @Option(
      names = "--content",
      description = "Tell what events point at: new entries of a list, the state of an epoch.")
  private boolean content;

  @Option(names = "--count", paramLabel = "N", description = "End after so many events.")
  private Long count;

  private long told;

  @Override
  public Integer call() {
    CollectorHttp.client(collector)
        .events(
            HttpJsonClient.path(
                "/v1/events",
                "store",
                joined(stores),
                "primitive",
                joined(primitives),
                "content",
                content ? "true" : null),
            this::tell);
    if (count != null && told >= count) {
      return 0;
    }
    throw new OperatorException(
        "the collector at %s ended the stream: was it stopped?".formatted(collector));
  }

  private static String joined(List<String> names) {
    return names.isEmpty() ? null : String.join(",", names);
  }

  private boolean tell(ServerSentEvents.Event event) {
    JsonNode data = parse(event);
    boolean missed = data.has("missed");
    if (output.json()) {
      output.println(event.data());
    } else if (missed) {
      output.remark(data.get("missed").asText() + " events were missed: this reader is too slow");
    } else {
      output.println(text(data));
    }
    told += missed ? 0 : 1;
    return count == null || told < count;
  }

  private static JsonNode parse(ServerSentEvents.Event event) {
    try {
      return Json.mapper().readTree(event.data());
    } catch (JsonProcessingException e) {
      throw new OperatorException("the stream has what is not JSON: " + event.data(), e);
    }
  }

  private static String text(JsonNode event) {
    StringBuilder line =
        new StringBuilder(
            "%s  %s  %s %s"
                .formatted(
                    event.path("time").asText(),
                    event.path("store").asText(),
                    what(event.path("primitive").asText()),
                    event.path("detail").asText()));
    event.path("list").path("entries").forEach(entry -> line.append("\n  ").append(entry.asText()));
    if (event.has("epoch")) {
      line.append("  ").append(event.get("epoch").path("state").asText());
    }
    return line.toString();
  }

  private static String what(String primitive) {
    return switch (primitive) {
      case "key-write" -> "slot";
      case "append" -> "list";
      case "postcarding" -> "chunk";
      default -> "epoch";
    };
  }
}

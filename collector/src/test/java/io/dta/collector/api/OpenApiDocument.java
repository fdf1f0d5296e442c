package io.dta.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The API's description, as something to hold answers against. */
public final class OpenApiDocument {
  private final JsonNode document;
  private final JsonSchemaFactory schemas =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  public OpenApiDocument(JsonNode document) {
    this.document = document;
  }

  /** All operations as {@code GET /v1/…}. */
  public Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    return operations;
  }

  /**
   * What is wrong with an answer; empty where nothing is.
   *
   * @param path without the query
   * @param body null where there is none
   */
  public List<String> violations(String method, String path, int status, JsonNode body) {
    JsonNode operation = operation(method, path);
    if (operation == null) {
      return List.of(method + " " + path + " is not described");
    }
    JsonNode response = resolve(operation.get("responses").get(Integer.toString(status)));
    if (response == null) {
      return List.of("status " + status + " of " + method + " " + path + " is not described");
    }
    if (!response.has("content")) {
      return List.of();
    }
    ObjectNode schema = response.at("/content/application~1json/schema").deepCopy();
    schema.set("components", document.get("components"));
    List<String> violations = new ArrayList<>();
    for (ValidationMessage message : schemas.getSchema(schema).validate(body)) {
      violations.add(method + " " + path + ": " + message.getMessage());
    }
    return violations;
  }

  /** What is wrong with a value of one of the schemas; empty where nothing is. */
  public List<String> violations(String schema, JsonNode value) {
    ObjectNode named = document.at("/components/schemas/" + schema).deepCopy();
    named.set("components", document.get("components"));
    return schemas.getSchema(named).validate(value).stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }

  private JsonNode operation(String method, String path) {
    JsonNode exact = document.get("paths").get(path);
    JsonNode found = exact;
    for (var template : document.get("paths").properties()) {
      if (found == null && path.matches(template.getKey().replaceAll("\\{[^}]*}", "[^/]+"))) {
        found = template.getValue();
      }
    }
    return found == null ? null : found.get(method.toLowerCase(Locale.ROOT));
  }

  private JsonNode resolve(JsonNode node) {
    return node != null && node.has("$ref")
        ? document.at(node.get("$ref").asText().substring(1))
        : node;
  }
}

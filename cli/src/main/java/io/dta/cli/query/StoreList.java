package io.dta.cli.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.terminal.Table;
import io.dta.node.ByteSize;
import io.dta.node.HttpJsonClient;
import io.dta.node.OperatorException;
import io.dta.primitives.Primitive;
import java.util.ArrayList;
import java.util.List;

/** The stores of a collector, {@code GET /v1/stores}. */
final class StoreList {
  private final JsonNode stores;

  private StoreList(JsonNode stores) {
    this.stores = stores;
  }

  static StoreList of(HttpJsonClient client) {
    return new StoreList(client.get("/v1/stores", JsonNode.class).path("stores"));
  }

  JsonNode json() {
    return stores;
  }

  /** The primitive of a store. */
  Primitive primitiveOf(String name) {
    List<String> names = new ArrayList<>();
    for (JsonNode store : stores) {
      if (store.path("name").asText().equals(name)) {
        return Primitive.ofLabel(store.path("primitive").asText());
      }
      names.add(store.path("name").asText());
    }
    throw new OperatorException(
        "the collector has no store '" + name + "': it has " + String.join(", ", names));
  }

  String table() {
    Table table = new Table("STORE", "PRIMITIVE", "KEY", "CAPACITY", "", "MEMORY", "HUGE PAGES");
    for (JsonNode store : stores) {
      table.row(
          store.path("name").asText(),
          store.path("primitive").asText(),
          store.path("configuration").path("key").asText(null),
          store.path("capacity").asLong(),
          store.path("unit").asText(),
          new ByteSize(store.path("region").path("length").asLong()).toString(),
          store.path("region").path("hugePages").asText());
    }
    return table.render(0);
  }
}

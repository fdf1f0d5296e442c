package io.dta.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.collector.query.EpochChoice;
import io.dta.primitives.store.QueryPolicy;
import java.util.List;

/** The JSON of batch questions, as the API's description has it. */
final class QueryBodies {
  private QueryBodies() {}

  /**
   * Keys of a Key-Write or Postcarding store.
   *
   * @param policy null for the primitive's own
   * @param redundancy null for the store's own
   */
  record KeyBatch(List<String> keys, QueryPolicy policy, Integer redundancy) {
    QueryPolicy policyOr(QueryPolicy other) {
      return policy == null ? other : policy;
    }
  }

  /**
   * Keys of a Key-Increment store.
   *
   * @param redundancy null for the store's own
   */
  record CountBatch(List<String> keys, Integer redundancy) {}

  /**
   * Keys of a sketch.
   *
   * @param epoch a number or {@code latest}; null for the latter
   */
  record EstimateBatch(List<String> keys, JsonNode epoch, boolean unfinished) {
    EpochChoice choice() {
      return EpochChoice.parse(text(epoch), unfinished);
    }
  }

  /** An Append list. */
  record ListReference(String store, int list) {}

  /**
   * Candidates for heavy hitters, in {@code keys} or in {@code list}.
   *
   * @param threshold null for the default
   * @param epoch a number or {@code latest}; null for the latter
   */
  record HeavyHitterRequest(
      List<String> keys, ListReference list, Double threshold, JsonNode epoch, boolean unfinished) {
    EpochChoice choice() {
      return EpochChoice.parse(text(epoch), unfinished);
    }
  }

  /** What a batch gets, one answer a key in the keys' order. */
  record Answers<A>(List<A> answers) {}

  private static String text(JsonNode epoch) {
    return epoch == null || epoch.isNull() ? null : epoch.asText();
  }
}

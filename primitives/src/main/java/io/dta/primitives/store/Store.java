package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.dta.primitives.Primitive;

/**
 * A store: one primitive's data structure in one memory region of a collector.
 *
 * <p>A primitive and a number from 0 to 63 identify a store; that is what a report carries.
 * Implementations are immutable and validated once, on construction: an {@link
 * IllegalArgumentException} says what is wrong with which value.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "primitive")
@JsonSubTypes({
  @JsonSubTypes.Type(value = KeyWriteStore.class, name = "key-write"),
  @JsonSubTypes.Type(value = AppendStore.class, name = "append"),
  @JsonSubTypes.Type(value = KeyIncrementStore.class, name = "key-increment"),
  @JsonSubTypes.Type(value = PostcardingStore.class, name = "postcarding"),
  @JsonSubTypes.Type(value = SketchStore.class, name = "sketch-merge")
})
public sealed interface Store
    permits KeyWriteStore, AppendStore, KeyIncrementStore, PostcardingStore, SketchStore {

  /** The primitive that writes this store. */
  Primitive primitive();

  /** The store's number among the stores of its primitive, 0 to 63. */
  int id();

  /** A name for people and URLs: lower-case letters, digits and hyphens. */
  String name();

  /** The length in bytes of one of its reports after the base header. */
  int reportLength();

  /** The length in bytes of its memory region. */
  long regionLength();
}

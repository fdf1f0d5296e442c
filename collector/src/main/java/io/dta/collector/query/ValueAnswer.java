package io.dta.collector.query;

import io.dta.primitives.store.Outcome;
import java.util.List;

/**
 * What a Key-Write store says of a key.
 *
 * @param key in the form of the store's key format
 * @param outcome what kind of answer this is
 * @param copies how many slots were looked at
 * @param matched how many of them belong to the key
 * @param agreed how many of those hold the value
 * @param value in hexadecimal; null where the outcome is not {@link Outcome#VALUE}
 * @param words the value as unsigned big-endian 32-bit words; null where there is none or its
 *     length is not a multiple of 4
 */
public record ValueAnswer(
    String key,
    Outcome outcome,
    int copies,
    int matched,
    int agreed,
    String value,
    List<Long> words) {}

package io.dta.cli.query;

import io.dta.primitives.store.QueryPolicy;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --policy}. */
final class PolicyConverter implements ITypeConverter<QueryPolicy> {
  @Override
  public QueryPolicy convert(String text) {
    try {
      return QueryPolicy.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}

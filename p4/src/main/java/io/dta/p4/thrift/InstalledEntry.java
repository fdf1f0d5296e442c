package io.dta.p4.thrift;

import io.dta.p4.Field;
import io.dta.p4.Setting.TableEntry;
import java.math.BigInteger;
import java.util.List;

/**
 * An entry that is in a table.
 *
 * @param handle by which the switch knows it
 * @param keys unsigned
 * @param prefixLength of the only key; {@link TableEntry#EXACT} where keys match exactly
 * @param action by its name in the program
 * @param parameters unsigned
 */
public record InstalledEntry(
    int handle,
    List<BigInteger> keys,
    int prefixLength,
    String action,
    List<BigInteger> parameters) {
  public InstalledEntry {
    keys = List.copyOf(keys);
    parameters = List.copyOf(parameters);
  }

  /** What an entry is for: of two entries that have it in common, a table has one. */
  public record Key(List<BigInteger> values, int prefixLength) {
    /** The key of an entry that is to be added. */
    public static Key of(TableEntry entry) {
      return new Key(InstalledEntry.values(entry.keys()), entry.prefixLength());
    }
  }

  /** What it is for. */
  public Key key() {
    return new Key(keys, prefixLength);
  }

  /** Whether it does what another entry does. */
  public boolean doesAs(TableEntry entry) {
    return does(entry.action(), entry.parameters());
  }

  /** Whether it does this. */
  public boolean does(String otherAction, List<Field> otherParameters) {
    return action.equals(otherAction) && parameters.equals(values(otherParameters));
  }

  private static List<BigInteger> values(List<Field> fields) {
    return fields.stream().map(InstalledEntry::value).toList();
  }

  private static BigInteger value(Field field) {
    return new BigInteger(Long.toUnsignedString(field.value()));
  }
}

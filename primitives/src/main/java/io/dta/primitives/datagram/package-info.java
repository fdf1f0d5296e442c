/**
 * Datagrams of one or more reports back to back: taking them apart, and putting them together.
 *
 * <p>A report's length follows from its opcode and its store's configuration, so this package
 * builds on {@code wire} and {@code store}, which know nothing of it.
 */
package io.dta.primitives.datagram;

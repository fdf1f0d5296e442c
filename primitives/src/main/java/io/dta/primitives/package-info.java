/**
 * What is on the wire and in memory, and what it means: reports, keys, hashes, stores and the
 * mathematics of their answers. No I/O and no threads.
 *
 * <p>The packages build on each other in one direction: {@code hash}, {@code key}, {@code wire} and
 * {@code analysis} stand alone, {@code store} uses the first three, {@code datagram} finds a
 * report's length in its store, {@code directory} tells a translator where the stores are.
 */
package io.dta.primitives;

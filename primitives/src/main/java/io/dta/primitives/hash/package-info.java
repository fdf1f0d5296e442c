/**
 * The CRC family that a Tofino, BMv2 and Java agree on, evaluated over fixed-length keys by
 * position tables.
 */
package io.dta.primitives.hash;
